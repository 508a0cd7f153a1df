package dev.rollcall.presence;

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

  /** Returns what it was tracked or last updated with: a copy for each call. */
  public JsonObject data() {
    return new JsonObject(entry.meta());
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
