package dev.rollcall.replica;

import dev.rollcall.presence.Pieces;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.Roster;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Lists that were frozen to be read in pieces: the last one of each topic that is large. */
final class States {
  /** Of the topics that are too large for one piece so many are being read at a time. */
  private static final int MAX_FROZEN = 64;

  private record Frozen(Position position, long digest, Pieces pieces) {}

  private final Map<String, Frozen> frozen = new LinkedHashMap<>();

  /** Returns the first piece of a list as of a position, and keeps the others. */
  State first(String topic, Position position, Roster roster, long nowMillis) {
    Frozen last = frozen.get(topic);
    if (last == null || !last.position().equals(position)) {
      last = new Frozen(position, roster.digest(), new Pieces(roster.all(), nowMillis));
    }
    if (last.pieces().count() > 1) {
      frozen.put(topic, last);
      if (frozen.size() > MAX_FROZEN) {
        frozen.remove(frozen.keySet().iterator().next());
      }
    }
    return piece(topic, last, 0, nowMillis);
  }

  /** Returns one more piece; nothing when that list is not kept any more. */
  Optional<State> piece(String topic, Position position, int index, long nowMillis) {
    return Optional.ofNullable(frozen.get(topic))
        .filter(last -> last.position().equals(position) && index < last.pieces().count())
        .map(last -> piece(topic, last, index, nowMillis));
  }

  void tick(long nowMillis) {
    frozen.values().removeIf(last -> last.pieces().isOver(nowMillis));
  }

  private static State piece(String topic, Frozen last, int index, long nowMillis) {
    return new State(
        topic,
        last.position(),
        last.digest(),
        index,
        last.pieces().count(),
        last.pieces().get(index, nowMillis));
  }
}
