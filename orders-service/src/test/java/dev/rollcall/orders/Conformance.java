package dev.rollcall.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.orders.ApiDocument.Operation;
import dev.rollcall.orders.ApiDocument.Response;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Holds answers against the document, and remembers which statuses there were. */
final class Conformance {
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setBaseUri("app://orders")
          .setDraft(Draft.DRAFT202012)
          .setOutputFormat(OutputFormat.Basic);

  private final Map<String, Set<Integer>> seen = new TreeMap<>();

  /** An answer's status, headers, media type and every field of its body must be documented. */
  void check(Operation operation, Answer answer) {
    String what = operation + " answered " + answer.status() + " " + answer.body();
    Response documented = operation.answers().get(answer.status());
    assertThat(documented).as(what).isNotNull();
    assertThat(answer.headers().names()).as(what).containsAll(documented.headers());
    JsonObject schema = documented.content().get(answer.header("Content-Type"));
    assertThat(schema).as(what + " as " + answer.header("Content-Type")).isNotNull();
    OutputUnit verdict =
        Validator.create(JsonSchema.of((JsonObject) closed(schema)), OPTIONS)
            .validate(Json.decodeValue(answer.body()));
    assertThat(verdict.getErrors()).as(what).isNullOrEmpty();
    assertThat(verdict.getValid()).as(what).isTrue();
    seen.computeIfAbsent(operation.id(), id -> new TreeSet<>()).add(answer.status());
  }

  /** Returns those that are documented and were not answered, each as {@code getOrder 404}. */
  Set<String> missing(ApiDocument document) {
    Set<String> missing = new TreeSet<>();
    for (Operation operation : document.operations()) {
      operation.answers().keySet().stream()
          .filter(status -> !seen.getOrDefault(operation.id(), Set.of()).contains(status))
          .forEach(status -> missing.add(operation + " " + status));
    }
    return missing;
  }

  /** A client may get fields that it does not know, but this service says what it says. */
  private static Object closed(Object schema) {
    if (schema instanceof JsonArray array) {
      return new JsonArray(array.stream().map(Conformance::closed).toList());
    }
    if (!(schema instanceof JsonObject object)) {
      return schema;
    }
    JsonObject copy = new JsonObject();
    object.forEach(each -> copy.put(each.getKey(), closed(each.getValue())));
    boolean open = copy.getValue("properties") instanceof JsonObject;
    return open && !copy.containsKey("additionalProperties")
        ? copy.put("additionalProperties", false)
        : copy;
  }
}
