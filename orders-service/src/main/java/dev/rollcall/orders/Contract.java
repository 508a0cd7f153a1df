package dev.rollcall.orders;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * {@code openapi.yaml}: what may be asked for, over REST and over the bus.
 *
 * @param text as it is served
 */
record Contract(OpenAPIContract openApi, Buffer text) {
  static final String NAME = "openapi.yaml";

  static Future<Contract> read(Vertx vertx) {
    return vertx
        .fileSystem()
        .readFile(NAME)
        .compose(
            text ->
                OpenAPIContract.from(vertx, parsed(text))
                    .map(contract -> new Contract(KeptContract.of(contract), text)));
  }

  /**
   * The validator of requests refuses a contract with a media type that it does not know, even in
   * answers, which it never sees.
   */
  private static JsonObject parsed(Buffer contract) {
    String known = contract.toString().replace("application/problem+json", "application/json");
    Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(known);
    return new JsonObject(yaml);
  }

  /** Returns what is wrong with the body of an operation, nothing when it is as it should be. */
  List<Problem.Field> violations(String operation, JsonObject body) {
    JsonSchema schema =
        openApi
            .operation(operation)
            .getRequestBody()
            .getContent()
            .get("application/json")
            .getSchema();
    OutputUnit verdict = openApi.getSchemaRepository().validator(schema).validate(body);
    return verdict.getValid() ? List.of() : Violations.of("", verdict);
  }
}
