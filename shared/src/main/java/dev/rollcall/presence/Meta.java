package dev.rollcall.presence;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** What one session under a key says of itself. */
public final class Meta {
  private final Entry entry;

  Meta(Entry entry) {
    this.entry = entry;
  }

  /** Returns what names it for ever. */
  public Ref ref() {
    return entry.ref();
  }

  /**
   * Returns what it was tracked or last updated with: a copy for each call. No tracker takes what
   * is no JSON; should a faulty node send it, it is an empty object, and the others are read.
   */
  public JsonObject data() {
    return data(entry);
  }

  static JsonObject data(Entry entry) {
    try {
      JsonObject data = new JsonObject(entry.meta());
      return data.getMap() == null ? new JsonObject() : data;
    } catch (DecodeException unreadable) {
      return new JsonObject();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Meta that && entry.equals(that.entry);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(entry);
  }

  @Override
  public String toString() {
    return entry.ref() + " " + entry.meta();
  }
}
