package dev.rollcall.orders;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.util.regex.Pattern;

/**
 * A value that a place in a document must not have.
 *
 * @param json as it is sent; may be nothing that is JSON
 * @param readable whether it is JSON, so that the place can be told
 */
record Refused(String name, Buffer json, boolean readable) {
  private static final Pattern HALF = Pattern.compile("[\\ud800-\\udfff]");

  static Refused value(String json) {
    return new Refused(json, Buffer.buffer(json), true);
  }

  /** Halves of characters are written as JSON escapes them: UTF-8 has no place for them. */
  static Refused text(String text) {
    return value(
        HALF.matcher(Json.encode(text))
            .replaceAll(half -> "\\\\u" + Integer.toHexString(half.group().charAt(0))));
  }

  static Refused nonsense(String json) {
    return new Refused(json, Buffer.buffer(json), false);
  }

  static Refused bytes(String name, int... bytes) {
    Buffer json = Buffer.buffer();
    for (int each : bytes) {
      json.appendByte((byte) each);
    }
    return new Refused(name, json, false);
  }

  /** For people: short, and without what a terminal would obey. */
  @Override
  public String toString() {
    String shown = name.length() > 40 ? name.substring(0, 40) + "…" + name.length() : name;
    return shown.replaceAll("[^\\x20-\\x7e…]", "·");
  }
}
