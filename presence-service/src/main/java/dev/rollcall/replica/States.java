package dev.rollcall.replica;

import dev.rollcall.presence.Pieces;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.Roster;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lists that were frozen to be read in pieces. A topic that changes has one for each position that
 * somebody reads: who begins later does not take the list from who is in the middle of it.
 */
final class States {
  /** So many entries all lists have that are being read: some megabytes of references. */
  private static final int MAX_FROZEN = 4_000_000;

  private record Name(String topic, Position position) {}

  private record Frozen(long digest, int size, Pieces pieces) {}

  /** In the order in which they were read last: who is in the middle of one keeps it. */
  private final Map<Name, Frozen> frozen = new LinkedHashMap<>(16, 0.75f, true);

  private final long maxFrozen;

  States() {
    this(MAX_FROZEN);
  }

  /**
   * As above.
   *
   * @param maxFrozen how many entries all lists have that are kept, but for one list
   */
  States(long maxFrozen) {
    this.maxFrozen = maxFrozen;
  }

  /** Returns the first piece of a list as of a position, and keeps the others. */
  State first(String topic, Position position, Roster roster, long nowMillis) {
    Name name = new Name(topic, position);
    Frozen list = frozen.get(name);
    if (list == null) {
      list = new Frozen(roster.digest(), roster.size(), new Pieces(roster.all(), nowMillis));
    }
    if (list.pieces().count() > 1) {
      frozen.put(name, list);
      dropOldest();
    }
    return piece(name, list, 0, nowMillis);
  }

  /** Returns one more piece; nothing when that list is not kept any more. */
  Optional<State> piece(String topic, Position position, int index, long nowMillis) {
    Name name = new Name(topic, position);
    return Optional.ofNullable(frozen.get(name))
        .filter(list -> index < list.pieces().count())
        .map(list -> piece(name, list, index, nowMillis));
  }

  int size() {
    return frozen.size();
  }

  void tick(long nowMillis) {
    frozen.values().removeIf(list -> list.pieces().isOver(nowMillis));
  }

  private void dropOldest() {
    long entries = frozen.values().stream().mapToLong(Frozen::size).sum();
    Iterator<Frozen> oldest = frozen.values().iterator();
    while (entries > maxFrozen && frozen.size() > 1) {
      entries -= oldest.next().size();
      oldest.remove();
    }
  }

  private static State piece(Name name, Frozen list, int index, long nowMillis) {
    return new State(
        name.topic(),
        name.position(),
        list.digest(),
        index,
        list.pieces().count(),
        list.pieces().get(index, nowMillis));
  }
}
