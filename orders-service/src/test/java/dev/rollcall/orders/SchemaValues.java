package dev.rollcall.orders;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a schema takes and what not, derived from the schema. */
final class SchemaValues {
  private static final Map<String, String> KINDS =
      new TreeMap<>(
          Map.of(
              "null", "null",
              "boolean", "true",
              "integer", "1",
              "number", "1.5",
              "string", "\"text\"",
              "array", "[]",
              "object", "{}"));

  private static final List<String> HUGE =
      List.of(
          "1e308",
          "-1e308",
          "1e400",
          "1e999999999",
          "100e2147483647",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "18446744073709551617");

  private static final List<String> NO_NUMBERS =
      List.of(
          "NaN",
          "Infinity",
          "-Infinity",
          "-",
          "01",
          "+1",
          ".5",
          "1.",
          "0x10",
          "1e99999999999",
          "1".repeat(2_000));

  private SchemaValues() {}

  /** Returns values that a body must not have where the schema is. */
  static List<Refused> refused(JsonObject schema) {
    List<Refused> all = new ArrayList<>();
    String type = schema.getString("type");
    KINDS.forEach(
        (kind, json) -> {
          if (!kind.equals(type)) {
            all.add(Refused.value(json));
          }
        });
    all.add(Refused.value("[".repeat(900) + "]".repeat(900)));
    all.add(Refused.nonsense("[".repeat(2_000) + "]".repeat(2_000)));
    all.add(Refused.nonsense("{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000)));
    all.add(Refused.nonsense("undefined"));
    switch (type) {
      case "integer" -> all.addAll(integers(schema));
      case "string" -> all.addAll(texts(schema));
      case "array" -> all.addAll(arrays(schema));
      default -> {}
    }
    return all;
  }

  private static List<Refused> integers(JsonObject schema) {
    long minimum = schema.getLong("minimum");
    Stream<String> beyond =
        Stream.of(minimum - 1, schema.getLong("maximum") + 1).map(String::valueOf);
    Stream<String> zero = minimum > 0 ? Stream.of("-0", "-0.0", "0.0") : Stream.of("-1");
    Stream<String> texts = Stream.of("\"NaN\"", "\"1\"", "\"\"", "0.1", "1e-1");
    return Stream.concat(
            Stream.of(beyond, zero, texts, HUGE.stream()).flatMap(each -> each).map(Refused::value),
            NO_NUMBERS.stream().map(Refused::nonsense))
        .toList();
  }

  private static List<Refused> texts(JsonObject schema) {
    List<Refused> all = new ArrayList<>();
    candidates(schema).filter(text -> !takes(schema, text)).map(Refused::text).forEach(all::add);
    Stream.of("\"\\ud8\"", "\"\\x\"", "\"a", "'a'", "a", "\"a\nb\"", "\"a\u0000b\"")
        .map(Refused::nonsense)
        .forEach(all::add);
    all.add(Refused.bytes("a byte that never is", '"', 'a', 0xff, '"'));
    all.add(Refused.bytes("Latin-1", '"', 'J', 'o', 's', 0xe9, '"'));
    all.add(Refused.bytes("a slash in two bytes", '"', 0xc0, 0xaf, '"'));
    all.add(Refused.bytes("a NUL in two bytes", '"', 'a', 0xc0, 0x80, '"'));
    all.add(Refused.bytes("a character that is cut", '"', 0xe2, 0x82, '"'));
    all.add(Refused.bytes("CESU-8", '"', 0xed, 0xa0, 0xbd, 0xed, 0xb0, 0xa6, '"'));
    all.add(Refused.bytes("beyond Unicode", '"', 0xf4, 0x90, 0x80, 0x80, '"'));
    return all;
  }

  private static List<Refused> arrays(JsonObject schema) {
    String item = Samples.item().encode();
    return List.of(
        Refused.value(array(item, schema.getInteger("minItems") - 1)),
        Refused.value(array(item, schema.getInteger("maxItems") + 1)),
        Refused.value("[[" + item + "]]"),
        Refused.nonsense("[" + item + ",]"));
  }

  private static String array(String item, int count) {
    return "[" + String.join(",", Collections.nCopies(count, item)) + "]";
  }

  /** Returns values at the bounds, and others that look bad and are not, as JSON. */
  static List<String> taken(JsonObject schema) {
    return switch (schema.getString("type")) {
      case "integer" -> takenIntegers(schema);
      case "string" ->
          candidates(schema).filter(text -> takes(schema, text)).map(Json::encode).toList();
      default -> List.of();
    };
  }

  private static List<String> takenIntegers(JsonObject schema) {
    long minimum = schema.getLong("minimum");
    long maximum = schema.getLong("maximum");
    Stream<String> bounds =
        Stream.of(minimum, minimum + 1, maximum - 1, maximum).map(String::valueOf);
    return Stream.concat(bounds, minimum == 0 ? Stream.of("-0") : Stream.empty()).toList();
  }

  /** Texts that the schema may take or not: at its bounds and past them, and hostile ones. */
  static Stream<String> candidates(JsonObject schema) {
    Stream<String> bounds =
        Stream.of(schema.getInteger("minLength", 1), schema.getInteger("maxLength", 100))
            .flatMap(bound -> Stream.of(bound - 1, bound, bound + 1))
            .flatMap(length -> Stream.of("a".repeat(length), "\ud83d\udc26".repeat(length)));
    Stream<String> names =
        schema.getJsonArray("enum", new JsonArray()).stream()
            .map(String.class::cast)
            .flatMap(
                name -> Stream.of(name, name + " ", name + "\n", swapped(name), name + "\u0000"));
    return Stream.of(bounds, names, Hostile.TEXTS.stream()).flatMap(each -> each).distinct();
  }

  private static String swapped(String name) {
    boolean upper = Character.isUpperCase(name.charAt(0));
    return upper ? name.toLowerCase(Locale.ROOT) : name.toUpperCase(Locale.ROOT);
  }

  /** As the document says, and as ECMA-262 reads a pattern. */
  static boolean takes(JsonObject schema, String text) {
    int length = text.codePointCount(0, text.length());
    String pattern = schema.getString("pattern", "").replace("\\s", "\\s\\x{feff}");
    return length >= schema.getInteger("minLength", 0)
        && length <= schema.getInteger("maxLength", Integer.MAX_VALUE)
        && (!schema.containsKey("enum") || schema.getJsonArray("enum").contains(text))
        && (pattern.isEmpty()
            || Pattern.compile(
                    pattern.replaceFirst("\\$$", "\\\\z"), Pattern.UNICODE_CHARACTER_CLASS)
                .matcher(text)
                .find());
  }
}
