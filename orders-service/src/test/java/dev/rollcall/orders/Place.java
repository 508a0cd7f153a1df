package dev.rollcall.orders;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in a document that a schema describes.
 *
 * @param pointer empty for the whole document
 */
record Place(String pointer, JsonObject schema) {
  private static final String MARK = "\"the value goes here\"";

  /** Returns the document's place and those of all that may be in it, the first of each array. */
  static List<Place> of(JsonObject schema) {
    List<Place> all = new ArrayList<>();
    collect("", schema, all);
    return all;
  }

  private static void collect(String pointer, JsonObject schema, List<Place> all) {
    all.add(new Place(pointer, schema));
    schema
        .getJsonObject("properties", new JsonObject())
        .forEach(each -> collect(pointer + "/" + each.getKey(), (JsonObject) each.getValue(), all));
    if (schema.containsKey("items")) {
      collect(pointer + "/0", schema.getJsonObject("items"), all);
    }
  }

  boolean isOf(String type) {
    return type.equals(schema.getString("type"));
  }

  Object read(JsonObject document) {
    return JsonPointer.from(pointer).queryJson(document);
  }

  /** Returns the document with something else in this place, which need not be JSON. */
  Buffer write(JsonObject document, Buffer value) {
    if (pointer.isEmpty()) {
      return value;
    }
    JsonObject copy = document.copy();
    JsonPointer.from(pointer).writeJson(copy, Json.decodeValue(MARK));
    String text = copy.encode();
    int at = text.indexOf(MARK);
    return Buffer.buffer(text.substring(0, at))
        .appendBuffer(value)
        .appendString(text.substring(at + MARK.length()));
  }

  /** Returns the document without this place. */
  JsonObject remove(JsonObject document) {
    JsonObject copy = document.copy();
    int last = pointer.lastIndexOf('/');
    Object parent = JsonPointer.from(pointer.substring(0, last)).queryJson(copy);
    ((JsonObject) parent).remove(pointer.substring(last + 1));
    return copy;
  }
}
