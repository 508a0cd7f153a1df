package dev.rollcall.orders;

import dev.rollcall.orders.ApiDocument.Operation;
import dev.rollcall.orders.ApiDocument.RequestBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Calls of an operation with bodies that it must refuse. */
final class BadBodies {
  private static final int TOO_LARGE = 10 * 1000 * 1000;

  private static final List<String> OTHER_TYPES =
      List.of(
          "",
          "text/plain",
          "text/json",
          "application/xml",
          "application/jsonp",
          "application/problem+json",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=b",
          "application/json; charset=utf-16",
          "application/json; charset=\"iso-8859-1\"",
          "application/json, text/plain",
          "*/*",
          "/");

  /** Names that a pointer escapes, that a prototype has, and of every alphabet. */
  private static final List<String> UNKNOWN =
      List.of(
          "surprise",
          "",
          "a/b~c",
          "a b+%41%",
          "é\ud83d\udc26",
          "__proto__",
          "Status",
          "<b>",
          "x".repeat(20_000));

  private final Call call;
  private final RequestBody body;
  private final List<BadCall> all = new ArrayList<>();

  private BadBodies(Operation operation) {
    this.call = operation.example();
    this.body = operation.body().orElseThrow();
  }

  static List<BadCall> of(Operation operation) {
    if (operation.body().isEmpty()) {
      return tooLarge(operation.example());
    }
    BadBodies bodies = new BadBodies(operation);
    for (Place place : Place.of(bodies.body.schema())) {
      bodies.addValues(place);
      if (place.isOf("object")) {
        bodies.addFields(place);
      }
    }
    bodies.addTexts();
    bodies.addTypes();
    bodies.all.addAll(tooLarge(bodies.call));
    return bodies.all;
  }

  private static List<BadCall> tooLarge(Call call) {
    byte[] blanks = new byte[TOO_LARGE];
    Arrays.fill(blanks, (byte) ' ');
    Call large = call.json(Buffer.buffer(blanks));
    return List.of(
        BadCall.refused("10 MB", large, 413),
        BadCall.refused("10 MB in pieces", large.piecemeal(), 413));
  }

  private void addValues(Place place) {
    for (Refused value : SchemaValues.refused(place.schema())) {
      String name = place.pointer() + " = " + value;
      Call with = call.json(place.write(body.example(), value.json()));
      all.add(
          value.readable()
              ? BadCall.invalid(name, with, place.pointer())
              : BadCall.malformed(name, with));
    }
  }

  private void addFields(Place object) {
    JsonObject json = (JsonObject) object.read(body.example());
    for (Object required : object.schema().getJsonArray("required", new JsonArray())) {
      Place missing = new Place(object.pointer() + "/" + required, new JsonObject());
      all.add(
          BadCall.invalid(
              missing.pointer() + " is missing",
              call.json(missing.remove(body.example()).toBuffer()),
              missing.pointer()));
    }
    for (Map.Entry<String, Object> field : json) {
      all.add(
          BadCall.malformed(
              object.pointer() + "/" + field.getKey() + " comes twice", with(object, field)));
    }
    addUnknown(object, json);
  }

  private Call with(Place object, Map.Entry<String, Object> field) {
    String json = ((JsonObject) object.read(body.example())).encode();
    String twice =
        "{"
            + Json.encode(field.getKey())
            + ":"
            + Json.encode(field.getValue())
            + ","
            + json.substring(1);
    return call.json(object.write(body.example(), Buffer.buffer(twice)));
  }

  private void addUnknown(Place object, JsonObject json) {
    for (String name : UNKNOWN) {
      all.add(
          BadCall.invalid(
              object.pointer() + "/" + Refused.nonsense(name) + " is unknown",
              call.json(object.write(body.example(), json.copy().put(name, 1).toBuffer())),
              object.pointer() + "/" + name.replace("~", "~0").replace("/", "~1")));
    }
  }

  private void addTexts() {
    String json = body.example().encode();
    addText("no body", "");
    addText("blanks", " \r\n ");
    addText("half of it", json.substring(0, json.length() / 2));
    addText("one twice", json + json);
    addText("a byte after it", json + "\u0000");
    addText("a comment", json.replace("{", "{/* */"));
    addText("a comment to the line's end", json + "// more");
    addText("a byte order mark", "\ufeff" + json);
    addText("a comma too much", json.replace("}", ",}"));
    addText("single quotes", json.replace('"', '\''));
    addText("names without quotes", json.replaceAll("\"(\\w+)\":", "$1:"));
    addText("nesting", "[".repeat(60_000));
    addText("a name without end", "{\"" + "a".repeat(60_000));
    for (var charset :
        List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      addBytes(charset.name(), json.getBytes(charset));
    }
    addBytes("compressed, it seems", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
  }

  private void addText(String name, String text) {
    addBytes(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void addBytes(String name, byte[] bytes) {
    all.add(BadCall.malformed(name, call.json(Buffer.buffer(bytes))));
  }

  private void addTypes() {
    Buffer json = body.example().toBuffer();
    for (String type : OTHER_TYPES) {
      all.add(BadCall.refused("as '" + type + "'", call.body(type, json), 415));
    }
    for (String coding : List.of("gzip", "br", "identity, gzip")) {
      Call coded = call.json(json).with("Content-Encoding", coding);
      all.add(BadCall.refused("coded as " + coding, coded, 415));
    }
  }
}
