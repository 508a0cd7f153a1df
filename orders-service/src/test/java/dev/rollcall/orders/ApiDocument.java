package dev.rollcall.orders;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The document as it is served, read without what the service reads it with: each reference is in
 * place.
 */
record ApiDocument(List<Operation> operations) {
  /**
   * @param body of a request; none where the operation takes none
   * @param answers by their status
   */
  record Operation(
      String id,
      HttpMethod method,
      String path,
      List<Parameter> parameters,
      Optional<RequestBody> body,
      Map<Integer, Response> answers) {

    /** Returns a call with which nothing is wrong, of the first order where it is of one. */
    Call example() {
      Call call = Call.of(method, path.replace("{id}", "1"));
      return body.map(content -> call.json(content.example().toBuffer())).orElse(call);
    }

    @Override
    public String toString() {
      return id;
    }
  }

  record Parameter(String name, String in, JsonObject schema) {}

  record RequestBody(JsonObject schema, JsonObject example) {}

  /**
   * @param content its schema, by media type
   */
  record Response(List<String> headers, Map<String, JsonObject> content) {}

  static ApiDocument parse(Buffer yaml) {
    Map<String, Object> parsed =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml.toString());
    JsonObject root = new JsonObject(new JsonObject(parsed).encode());
    JsonObject whole = (JsonObject) resolved(root, root);
    return new ApiDocument(
        entries(whole.getJsonObject("paths"))
            .flatMap(
                path ->
                    entries(path.getValue())
                        .map(each -> operation(path.getKey(), each.getKey(), each.getValue())))
            .toList());
  }

  Operation operation(String id) {
    return operations.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
  }

  private static Object resolved(Object value, JsonObject root) {
    if (value instanceof JsonArray array) {
      return new JsonArray(array.stream().map(each -> resolved(each, root)).toList());
    }
    if (!(value instanceof JsonObject object)) {
      return value;
    }
    String reference = object.getString("$ref");
    if (reference != null) {
      return resolved(JsonPointer.fromURI(URI.create(reference)).queryJson(root), root);
    }
    JsonObject copy = new JsonObject();
    object.forEach(each -> copy.put(each.getKey(), resolved(each.getValue(), root)));
    return copy;
  }

  private static Operation operation(String path, String method, JsonObject operation) {
    return new Operation(
        operation.getString("operationId"),
        HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
        path,
        objects(operation.getJsonArray("parameters", new JsonArray()))
            .map(
                each ->
                    new Parameter(
                        each.getString("name"), each.getString("in"), each.getJsonObject("schema")))
            .toList(),
        Optional.ofNullable(operation.getJsonObject("requestBody")).map(ApiDocument::requestBody),
        entries(operation.getJsonObject("responses"))
            .collect(
                Collectors.toMap(
                    each -> Integer.valueOf(each.getKey()),
                    each -> response(each.getValue()),
                    (first, second) -> first,
                    TreeMap::new)));
  }

  private static RequestBody requestBody(JsonObject body) {
    JsonObject json = body.getJsonObject("content").getJsonObject("application/json");
    return new RequestBody(json.getJsonObject("schema"), json.getJsonObject("example"));
  }

  private static Response response(JsonObject response) {
    return new Response(
        List.copyOf(response.getJsonObject("headers", new JsonObject()).fieldNames()),
        entries(response.getJsonObject("content"))
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, each -> each.getValue().getJsonObject("schema"))));
  }

  private static Stream<Map.Entry<String, JsonObject>> entries(JsonObject object) {
    return object.stream().map(each -> Map.entry(each.getKey(), (JsonObject) each.getValue()));
  }

  private static Stream<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast);
  }
}
