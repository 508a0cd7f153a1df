package dev.rollcall.orders;

import io.vertx.core.file.FileSystem;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The schemas of a contract, with one validator for each that is asked for: another one would be a
 * copy of all schemas each time, which costs more than the rest of a request. A validator remembers
 * nothing of what it has judged, so any number of threads may ask it.
 */
final class KeptValidators implements SchemaRepository {
  private final SchemaRepository schemas;
  private final Map<JsonSchema, Validator> kept =
      Collections.synchronizedMap(new IdentityHashMap<>());

  KeptValidators(SchemaRepository schemas) {
    this.schemas = schemas;
  }

  @Override
  public Validator validator(JsonSchema schema) {
    return kept.computeIfAbsent(schema, schemas::validator);
  }

  @Override
  public Validator validator(String ref) {
    return schemas.validator(ref);
  }

  @Override
  public Validator validator(String ref, JsonSchemaOptions options) {
    return schemas.validator(ref, options);
  }

  @Override
  public Validator validator(JsonSchema schema, JsonSchemaOptions options, boolean dereference) {
    return schemas.validator(schema, options, dereference);
  }

  @Override
  public SchemaRepository dereference(JsonSchema schema) {
    schemas.dereference(schema);
    return this;
  }

  @Override
  public SchemaRepository dereference(String uri, JsonSchema schema) {
    schemas.dereference(uri, schema);
    return this;
  }

  @Override
  public SchemaRepository preloadMetaSchema(FileSystem files) {
    schemas.preloadMetaSchema(files);
    return this;
  }

  @Override
  public SchemaRepository preloadMetaSchema(FileSystem files, Draft draft) {
    schemas.preloadMetaSchema(files, draft);
    return this;
  }

  @Override
  public JsonObject resolve(JsonObject schema) {
    return schemas.resolve(schema);
  }

  @Override
  public JsonSchema find(String pointer) {
    return schemas.find(pointer);
  }
}
