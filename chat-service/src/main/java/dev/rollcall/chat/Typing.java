package dev.rollcall.chat;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who types where, as it was told last: whatever clients say, the others hear of a user in a room
 * once in a while, which is what the shown word lives on. It belongs to one event loop.
 */
final class Typing {
  /** Well below what a page shows the word for. */
  static final long PAUSE_MILLIS = 2_000;

  /** Beyond so many at a time nobody is told of more: it is only a nicety. */
  static final int MAX_TYPING = 10_000;

  private record Typist(Room room, String user) {}

  /** When each was told, the oldest first. */
  private final Map<Typist, Long> told = new LinkedHashMap<>();

  /** Tells whether the others are to hear of it, and takes it that they do. */
  boolean isNews(Room room, String user, long nowMillis) {
    forget(nowMillis);
    Typist typist = new Typist(room, user);
    return told.size() < MAX_TYPING && told.putIfAbsent(typist, nowMillis) == null;
  }

  private void forget(long nowMillis) {
    Iterator<Long> oldest = told.values().iterator();
    while (oldest.hasNext() && nowMillis - oldest.next() >= PAUSE_MILLIS) {
      oldest.remove();
    }
  }
}
