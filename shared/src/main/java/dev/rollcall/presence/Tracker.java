package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Replaced;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Owns what this node tracks, and is the only one that writes it.
 *
 * <p>Every operation takes the next number of the node's clock. Two tracks and an untrack of Ana's
 * second tab on node {@code n7} are the operations {@code 1: +n7:1}, {@code 2: +n7:2}, {@code 3:
 * -n7:2}. They go out as a delta {@code (n7, from 0, [1, 2, 3])}; a replica at clock 0 applies it,
 * one at clock 3 has it already, and one at clock 2 can tell that it needs only the last. A replica
 * that hears in a beat that the clock is 3 while it stands at 1 asks for what came after 1.
 *
 * <p>A session that is cut lingers: it stays present for a while, so that one that reconnects is
 * seen neither to leave nor to join. It comes back by a track that names its old ref, to this node
 * or to another, of which this tracker is then told. When the node leaves while sessions linger,
 * its goodbye hands them to the replicas.
 *
 * <p>Not safe for concurrent use. Knows no clock: time comes in with each call that needs it.
 */
final class Tracker {
  /** How many operations are kept for those who missed some. */
  static final int LOG_LIMIT = 1_024;

  /** One user's tabs and devices on one node and topic, with room for those that linger. */
  static final int MAX_METAS_A_KEY = 100;

  /** How many presences one part of a goodbye hands over: some 30 kB. */
  static final int HANDED_LIMIT = 4_096;

  /** What a session tracks: at most one presence a topic and key. */
  record Place(String topic, String key) {
    static Place of(Entry entry) {
      return new Place(entry.topic(), entry.key());
    }
  }

  /** What a session tracked when another came and named its ref, though it had not been cut. */
  record Taken(long session, Place place) {}

  private final NodeId node;
  private final String member;
  private final Part part;
  private final int handedLimit;
  private final Map<Long, Map<Place, Entry>> sessions = new HashMap<>();
  private final Map<Long, Long> sessionOf = new HashMap<>();
  private final Map<Place, Integer> metas = new HashMap<>();
  private final Map<Long, Long> lingering = new LinkedHashMap<>();
  private List<Taken> taken = new ArrayList<>();
  private List<Goodbye> goodbye = List.of();
  private long goodbyeMillis;
  private long sentClock;
  private long beats;

  /**
   * Returns a tracker that tracks nothing yet.
   *
   * @param member the node's name in the cluster manager
   * @param logLimit how many operations are kept for those who missed some
   * @param handedLimit how many presences that linger one part of the goodbye hands over
   */
  Tracker(NodeId node, String member, int logLimit, int handedLimit) {
    this.node = node;
    this.member = member;
    this.handedLimit = handedLimit;
    this.part = new Part(node, logLimit, Part.Changes.NONE);
    part.holdAfter(sentClock);
  }

  /**
   * Tracks a session under a key. What it tracks already keeps its ref and its meta.
   *
   * @param returning the ref of a session that is this one, before it was cut, or null. It counts
   *     only where its topic and key are the same
   * @throws IllegalStateException when the key has too many metas here
   */
  Ref track(long session, String topic, String key, String meta, Ref returning) {
    Place place = new Place(topic, key);
    Entry tracked = sessions.getOrDefault(session, Map.of()).get(place);
    if (tracked != null) {
      return tracked.ref();
    }
    Optional<Entry> here = here(returning, place);
    if (here.isEmpty() && metas.getOrDefault(place, 0) >= MAX_METAS_A_KEY) {
      throw new IllegalStateException("a key has at most " + MAX_METAS_A_KEY + " metas a node");
    }
    Ref elsewhere = returning != null && returning.node().equals(node) ? null : returning;
    here.ifPresent(this::noteTaken);
    Entry entry = here.map(old -> replace(old, meta)).orElseGet(() -> add(place, meta, elsewhere));
    hold(session, place, entry);
    return entry.ref();
  }

  /** Replaces the meta; empty when the session does not track that. */
  Optional<Ref> update(long session, String topic, String key, String meta) {
    Place place = new Place(topic, key);
    Entry old = sessions.getOrDefault(session, Map.of()).get(place);
    if (old == null) {
      return Optional.empty();
    }
    Entry updated = replace(old, meta);
    hold(session, place, updated);
    return Optional.of(updated.ref());
  }

  /** Ends one presence; does nothing when the session does not track that. */
  void untrack(long session, String topic, String key, Reason reason) {
    Entry entry = sessions.getOrDefault(session, Map.of()).get(new Place(topic, key));
    if (entry != null) {
      remove(entry, reason);
    }
  }

  /** Ends all that the session tracks. */
  void close(long session, Reason reason) {
    lingering.remove(session);
    List.copyOf(sessions.getOrDefault(session, Map.of()).values())
        .forEach(entry -> remove(entry, reason));
  }

  /** The session's connection was cut: all that it tracks stays until then. */
  void cut(long session, long untilMillis) {
    if (sessions.containsKey(session)) {
      lingering.put(session, untilMillis);
    }
  }

  /** One of this node's sessions came back elsewhere. */
  void receive(Replaced word) {
    Entry entry = word.ref().node().equals(node) ? part.get(word.ref().clock()) : null;
    if (entry != null) {
      noteTaken(entry);
      remove(entry, Reason.REPLACED);
    }
  }

  /** Returns what was taken since the last call. */
  List<Taken> taken() {
    if (taken.isEmpty()) {
      return List.of();
    }
    List<Taken> lately = taken;
    taken = new ArrayList<>();
    return lately;
  }

  /** Ends those that have lingered for long enough. To be called a few times a second. */
  void tick(long nowMillis) {
    List<Long> over = new ArrayList<>();
    lingering.forEach(
        (session, untilMillis) -> {
          if (nowMillis >= untilMillis) {
            over.add(session);
          }
        });
    over.forEach(session -> close(session, Reason.CLOSED));
    part.tick(nowMillis);
  }

  /** Returns the operations since the last call: they are to go out now. */
  List<Delta> flush() {
    List<Delta> unsent = part.deltasAfter(sentClock, Integer.MAX_VALUE);
    sentClock = part.clock();
    part.holdAfter(sentClock);
    return unsent;
  }

  /** Returns the next sign of life. */
  Beat beat() {
    beats++;
    return new Beat(node, member, beats, sentClock);
  }

  /** Answers a replica that missed something. */
  List<PresenceMessage> answer(Pull pull, long nowMillis) {
    boolean last = !goodbye.isEmpty() && pull.after() >= goodbye.get(0).clock() - 1;
    return last ? goodbyeAsOf(nowMillis) : part.answer(pull, node, nowMillis);
  }

  /** Answers a replica that has a part of a snapshot. */
  Optional<PresenceMessage> answer(PullPiece pull, long nowMillis) {
    return part.answer(pull, node, nowMillis);
  }

  /** Ends everything but what lingers, which the replicas keep: the node's last operation. */
  List<Goodbye> goodbye(long nowMillis) {
    Map<Long, Long> handed = new HashMap<>();
    lingering.forEach(
        (session, untilMillis) -> {
          long left = untilMillis - nowMillis;
          if (left > 0) {
            sessions
                .getOrDefault(session, Map.of())
                .values()
                .forEach(entry -> handed.put(entry.ref().clock(), left));
          }
        });
    long last = part.clock() + 1;
    part.retain(handed.keySet(), last);
    sessions.clear();
    sessionOf.clear();
    metas.clear();
    lingering.clear();
    sentClock = last;
    goodbye = inParts(last, handed);
    goodbyeMillis = nowMillis;
    return goodbye;
  }

  int size() {
    return part.size();
  }

  /** Returns how much it keeps of its sessions: nothing once they are over. */
  int kept() {
    return sessions.size() + sessionOf.size() + metas.size() + lingering.size() + taken.size();
  }

  private List<Goodbye> inParts(long clock, Map<Long, Long> handed) {
    int parts = Math.max(1, (handed.size() + handedLimit - 1) / handedLimit);
    List<Long> all = List.copyOf(handed.keySet());
    List<Goodbye> goodbyes = new ArrayList<>();
    for (int index = 0; index < parts; index++) {
      int end = Math.min(all.size(), (index + 1) * handedLimit);
      Map<Long, Long> some = new HashMap<>();
      all.subList(index * handedLimit, end).forEach(named -> some.put(named, handed.get(named)));
      goodbyes.add(new Goodbye(node, clock, some, index, parts));
    }
    return goodbyes;
  }

  private List<PresenceMessage> goodbyeAsOf(long nowMillis) {
    List<PresenceMessage> left = new ArrayList<>();
    goodbye.forEach(part -> left.add(part.after(nowMillis - goodbyeMillis)));
    return left;
  }

  private Optional<Entry> here(Ref returning, Place place) {
    return Optional.ofNullable(returning)
        .filter(ref -> ref.node().equals(node))
        .map(ref -> part.get(ref.clock()))
        .filter(entry -> Place.of(entry).equals(place));
  }

  private void noteTaken(Entry entry) {
    long session = sessionOf.get(entry.ref().clock());
    if (!lingering.containsKey(session)) {
      taken.add(new Taken(session, Place.of(entry)));
    }
  }

  private Entry add(Place place, String meta, Ref elsewhere) {
    long clock = part.clock() + 1;
    Entry entry = new Entry(new Ref(node, clock), elsewhere, place.topic(), place.key(), meta);
    part.apply(new Operation(clock, entry, 0, null));
    return entry;
  }

  private Entry replace(Entry old, String meta) {
    long clock = part.clock() + 1;
    Entry entry =
        new Entry(new Ref(node, clock), old.ref(), old.origin(), old.topic(), old.key(), meta);
    part.apply(new Operation(clock, entry, old.ref().clock(), Reason.REPLACED));
    release(old);
    return entry;
  }

  private void remove(Entry entry, Reason reason) {
    part.apply(new Operation(part.clock() + 1, null, entry.ref().clock(), reason));
    release(entry);
  }

  private void hold(long session, Place place, Entry entry) {
    sessions.computeIfAbsent(session, id -> new LinkedHashMap<>()).put(place, entry);
    sessionOf.put(entry.ref().clock(), session);
    metas.merge(place, 1, Integer::sum);
  }

  /** Its session does not track it any more. */
  private void release(Entry entry) {
    Place place = Place.of(entry);
    Long session = sessionOf.remove(entry.ref().clock());
    Map<Place, Entry> tracked = sessions.get(session);
    tracked.remove(place);
    if (tracked.isEmpty()) {
      // If it lingers, its time goes on: it may be about to hold what takes this one's place.
      sessions.remove(session);
    }
    metas.computeIfPresent(place, (key, count) -> count == 1 ? null : count - 1);
  }
}
