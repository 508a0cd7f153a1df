package dev.rollcall.node;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Who consumes which addresses of services, by each member's own word.
 *
 * <p>A distributed map can lose an entry where two halves of a cluster merge, keep one of a node
 * that is dead, or not answer at all, and nobody is told. But only a member itself changes what it
 * consumes. So each says its list, which has a version, and which versions of the others' lists it
 * knows; who hears that somebody does not know its own says it again:
 *
 * <pre>
 *  A: version 3, {chat.post: 1}, knows B: 7
 *  B: version 7, knows A: 2                    lost on the way: A says its list once more
 *  B: version 7, knows A: 3                    B sends to A from now on
 * </pre>
 *
 * <p>What is lost is said again with the next beat, what comes late is older than what is known,
 * and no list depends on a third member. Who has fallen silent is not asked: it may be frozen, or
 * cut off, long before the list of members knows.
 */
final class Registry {
  /**
   * A half that was away, off the list and silent, comes back with what it consumed; who was away
   * longer says it anew.
   */
  static final int BEATS_KEPT = 300;

  /** Who has said nothing for longer is not asked, though it may be on the list of members. */
  static final int BEATS_SILENT = 3;

  private static final long NOTHING = -1;

  /**
   * What a member says.
   *
   * @param member its name in the cluster manager
   * @param version of its list: higher is newer
   * @param consumers how many it has of each address; null where all others know that already
   * @param knows which versions of the other members' lists it has
   */
  record Word(
      String member, long version, Map<String, Integer> consumers, Map<String, Long> knows) {
    Word {
      Objects.requireNonNull(member, "member");
      consumers = consumers == null ? null : Map.copyOf(consumers);
      knows = Map.copyOf(knows);
    }
  }

  /** Of another member: its list, and which version of ours it has. */
  private static final class Other {
    private long version = NOTHING;
    private Map<String, Integer> consumers = Map.of();
    private long knows = NOTHING;
    private int beatsAway;
    private int beatsSilent;

    /** Off the list of members, and not heard since: it may be dead. */
    private boolean doubtful;

    static Other unheard() {
      Other other = new Other();
      other.beatsSilent = BEATS_SILENT + 1;
      return other;
    }
  }

  private final String self;
  private final Map<String, Integer> own = new HashMap<>();
  private long version;
  private final Map<String, Other> others = new HashMap<>();
  private boolean hasHeard;

  Registry(String self) {
    this.self = self;
  }

  /** Returns the version that has it. */
  synchronized long add(String address) {
    own.merge(address, 1, Integer::sum);
    return ++version;
  }

  /** Returns the version that has it no more. */
  synchronized long remove(String address) {
    own.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    return ++version;
  }

  /** Returns the version that has nothing. */
  synchronized long removeAll() {
    own.clear();
    return ++version;
  }

  synchronized boolean isEmpty() {
    return own.isEmpty();
  }

  /** Returns what to say to those members; with the list while one of them does not know it. */
  synchronized Word say(Set<String> members) {
    Map<String, Long> knows = new HashMap<>();
    others.forEach((member, other) -> knows.put(member, other.version));
    return new Word(self, version, unaware(members, version).isEmpty() ? null : own, knows);
  }

  /** Takes what another member says; returns whether it is to be asked otherwise than before. */
  synchronized boolean receive(Word word) {
    Other other = others.computeIfAbsent(word.member(), name -> new Other());
    boolean wasSilent = other.beatsSilent > BEATS_SILENT || other.doubtful;
    other.beatsSilent = 0;
    other.doubtful = false;
    hasHeard = true;
    other.knows = word.knows().getOrDefault(self, NOTHING);
    if (word.consumers() == null || word.version() <= other.version) {
      return wasSilent;
    }
    other.version = word.version();
    other.consumers = word.consumers();
    return true;
  }

  /** Returns which of those members have not said that they know the version. */
  synchronized Set<String> unaware(Set<String> members, long version) {
    Set<String> unaware = new HashSet<>(members);
    unaware.remove(self);
    unaware.removeIf(member -> others.containsKey(member) && others.get(member).knows >= version);
    return unaware;
  }

  /** Returns which of those members have not said yet what they consume. */
  synchronized Set<String> unheard(Set<String> members) {
    Set<String> unheard = new HashSet<>(members);
    unheard.remove(self);
    unheard.removeIf(member -> others.containsKey(member) && others.get(member).version != NOTHING);
    return unheard;
  }

  /** Returns how many consumers of the address another member has, 0 if it has fallen silent. */
  synchronized int consumers(String member, String address) {
    boolean isAsked = isHeard(member) && !others.get(member).doubtful;
    return isAsked ? others.get(member).consumers.getOrDefault(address, 0) : 0;
  }

  /** Takes that a member has left the list: nobody is asked there until it is heard again. */
  synchronized void doubt(String member) {
    others.computeIfAbsent(member, name -> Other.unheard()).doubtful = true;
  }

  /** Tells whether any other member was ever heard. */
  synchronized boolean hasHeard() {
    return hasHeard;
  }

  /** Tells whether another member has said something lately. */
  synchronized boolean isHeard(String member) {
    Other other = others.get(member);
    return other != null && other.beatsSilent <= BEATS_SILENT;
  }

  /** Tells whether another member has not been forgotten, though it may be away. */
  synchronized boolean keeps(String member) {
    return others.containsKey(member);
  }

  /**
   * Lets a beat pass, and forgets who is no member and not heard any more for long.
   *
   * @return whether anybody has fallen silent with it, or is forgotten
   */
  synchronized boolean beat(Set<String> members) {
    boolean isOtherwise = false;
    for (Map.Entry<String, Other> entry : others.entrySet()) {
      Other other = entry.getValue();
      other.beatsSilent++;
      boolean isThere = members.contains(entry.getKey()) || other.beatsSilent <= BEATS_SILENT;
      other.beatsAway = isThere ? 0 : other.beatsAway + 1;
      isOtherwise |= other.beatsSilent == BEATS_SILENT + 1;
    }
    return others.values().removeIf(other -> other.beatsAway > BEATS_KEPT) || isOtherwise;
  }
}
