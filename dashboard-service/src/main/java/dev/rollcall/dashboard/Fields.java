package dev.rollcall.dashboard;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fields of what another service says: each method fails with {@link IllegalArgumentException} when
 * it is not there or something else.
 */
final class Fields {
  private Fields() {}

  static long number(JsonObject json, String name) {
    if (json.getValue(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException(name + " is no number");
  }

  static String text(JsonObject json, String name) {
    if (json.getValue(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(name + " is no text");
  }

  static JsonObject object(JsonObject json, String name) {
    if (json.getValue(name) instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException(name + " is no object");
  }

  static JsonArray array(JsonObject json, String name) {
    if (json.getValue(name) instanceof JsonArray array) {
      return array;
    }
    throw new IllegalArgumentException(name + " is no array");
  }

  /** Returns an object whose values are numbers. */
  static Map<String, Long> numbers(JsonObject json, String name) {
    JsonObject object = object(json, name);
    Map<String, Long> numbers = new TreeMap<>();
    object.fieldNames().forEach(field -> numbers.put(field, number(object, field)));
    return numbers;
  }
}
