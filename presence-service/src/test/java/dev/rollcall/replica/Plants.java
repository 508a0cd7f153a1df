package dev.rollcall.replica;

import dev.rollcall.replica.Plant.Edit;
import java.util.List;
import java.util.stream.Stream;

/** The faults, by what they break. Each says whose business it is to find it. */
final class Plants {
  private static final String REPLICA = "presence-service/src/main/java/dev/rollcall/replica/";
  private static final String SHARED = "shared/src/main/java/dev/rollcall/presence/";

  /** So that a node is forgotten within a run. */
  private static final Edit FORGETS_SOON =
      replica("Peers", "FORGET_MILLIS = 600_000", "FORGET_MILLIS = 1_000");

  private Plants() {}

  static Stream<Plant> all() {
    return Stream.of(inTheState(), inTheLives(), inTheOwners(), inTheViews(), inWhatIsKept())
        .flatMap(plants -> plants);
  }

  private static Stream<Plant> inTheState() {
    return Stream.of(
        plant(
            "a delta applies across a gap",
            2,
            "NoGhosts|Convergence|NoFalseLeaves|NoFault",
            shared("Part", "if (delta.from() > clock) {", "if (delta.from() < 0) {"),
            shared("Part", "if (next.clock() != clock + 1) {", "if (clock < 0) {")),
        plant(
            "a stale snapshot overwrites",
            33,
            "NoFalseLeaves|Convergence|NoGhosts",
            replica("Peer", "if (piece.clock() <= part.clock()) {", "if (piece.clock() < 0) {"),
            shared("Part", "if (laterClock <= clock) {", "if (laterClock < 0) {")),
        plant(
            "a lost delta is not pulled",
            2,
            "Convergence|NoGhosts|NoFalseLeaves",
            replica("Peers", "if (peer.pulling().mayPull(nowMillis)) {", "if (nowMillis < 0) {")),
        plant(
            "what a node can't be asked for is not pulled of another replica",
            80,
            "Convergence|NoGhosts",
            replica(
                "Peers",
                ".overdueClaim(clock, nowMillis)",
                ".overdueClaim(clock, nowMillis).filter(self::equals)")),
        plant(
            "what a node does overtakes what waits for its turn",
            7,
            "NoGhosts|BoundedMemory",
            replica("Shown", "if (late == 0) {", "if (late >= 0) {")),
        plant(
            "an untrack removes nothing",
            2,
            "NoGhosts",
            shared(
                "Tracker",
                "if (entry != null) {\n      remove(entry, reason);",
                "if (session < 0) {\n      remove(entry, reason);")),
        plant(
            "an update leaves what it replaces",
            2,
            "NoGhosts",
            shared(
                "Tracker",
                "new Operation(clock, entry, old.ref().clock(), Reason.REPLACED)",
                "new Operation(clock, entry, 0, null)")),
        plant(
            "tracking again tracks twice",
            2,
            "IdempotentTrack",
            shared("Tracker", "if (tracked != null) {", "if (session < 0) {")));
  }

  private static Stream<Plant> inTheLives() {
    return Stream.of(
        plant(
            "a replica that stood still judges as soon as it wakes",
            1,
            "NoFalseLeaves",
            replica(
                "Replica",
                "if (nowMillis > lateFromMillis && !closed)",
                "if (nowMillis > lateFromMillis && closed)"),
            replica("Replica", "if (deaf) {", "if (nowMillis < 0) {"),
            replica("Peers", "(left || !deaf) && peer", "peer")),
        plant(
            "digests relay no beats",
            8,
            "NoFalseLeaves|Convergence",
            replica(
                "Peers",
                "hear(node, word, nowMillis)\n                    .ifPresent(",
                "Optional.ofNullable(peers.get(node))\n                    .ifPresent(")),
        plant(
            "one who is silent is never judged",
            1,
            "NoGhosts|Convergence",
            replica("Peers", "peer.down(nowMillis);", "")),
        plant(
            "the word that a member left shortens nothing",
            82,
            "NoGhosts",
            replica("Peer", "    left = true;", "    left = false;")),
        plant(
            "one who is heard again stays hidden",
            2,
            "Convergence|NoFalseLeaves",
            replica("Peer", "returning = false;\n      shown.show();", "returning = false;")),
        plant(
            "a digest brings back one that said goodbye",
            22,
            "BoundedMemory|NoGhosts",
            replica("Gone", "end != null && beat <= end.beat()", "beat < 0")),
        plant(
            "a digest brings back one that was forgotten",
            4,
            "Convergence|NoGhosts",
            FORGETS_SOON,
            replica("Gone", "beat <= end.beat()", "end.clock() > 0")),
        plant(
            "a goodbye counts as soon as one part of it has come",
            17,
            "NoFalseLeaves|NoGhosts",
            replica("Departure", "heard.size() == parts", "heard.size() > 0")),
        plant(
            "a goodbye hands over nothing that lingers",
            3,
            "NoFalseLeaves",
            shared("Tracker", "if (left > 0) {", "if (left < 0) {")),
        plant(
            "what lingers never ends",
            2,
            "NoGhosts",
            shared("Tracker", "over.forEach(session -> close(session, Reason.CLOSED));", "")));
  }

  private static Stream<Plant> inTheOwners() {
    return Stream.of(
        plant(
            "a replica is ready, and answers, before it has caught up",
            3,
            "Convergence|NoFalseLeaves",
            replica("Replica", "ready = complete || ", "ready = members != null || ")),
        plant(
            "a state has an open window in it",
            3,
            "DiffsFoldToList",
            replica("Topics", "new Roster() : state.published();", "new Roster() : state.open();"),
            replica(
                "TopicState",
                "  Roster published() {",
                """
                  Roster open() {
                    Roster open = new Roster();
                    published.all().forEach(open::add);
                    pending.forEach((key, changed) -> {
                      changed.leaves.keySet().forEach(ref -> open.remove(key, ref));
                      changed.joins.values().forEach(open::add);
                    });
                    return open;
                  }

                  Roster published() {""")),
        plant(
            "a state's number is one too high",
            2,
            "DiffsFoldToList",
            replica(
                "Answers",
                "new Position(epoch.get(), topics.number(topic))",
                "new Position(epoch.get(), topics.number(topic) + 1)")),
        plant(
            "a list that is right is sent again",
            2,
            "FewStates",
            replica(
                "Answers",
                "standing.position() == null || standing.digest() != roster.digest()",
                "weight >= 0")),
        plant(
            "an owner compares no digests",
            2,
            "Convergence|NoGhosts",
            replica("Answers", " || standing.digest() != roster.digest()", "")),
        plant(
            "an epoch begins below those that were heard",
            2,
            "Convergence|NoGhosts",
            replica("Replica", "    owner.hear(digest.epochCounter());\n", ""),
            replica(
                "Replica", "owner.hear(topic, standing.position().epoch());", "owner.hear(0);")),
        plant(
            "a session that came back is seen twice",
            1,
            "NoGhosts",
            replica(
                "Topics",
                "if (entry.origin() == null) {",
                "if (entry.origin() != entry.ref()) {")));
  }

  private static Stream<Plant> inTheViews() {
    return Stream.of(
        plant(
            "a view folds the diffs of two owners",
            23,
            "DiffsFoldToList",
            shared(
                "View",
                "behind || !diff.position().epoch().equals(position.epoch())) {",
                "behind) {"),
            shared("View", "behind = roster.digest() != diff.digest();", "behind = false;")),
        plant(
            "a view checks neither numbers nor digests",
            2,
            "DiffsFoldToList",
            shared(
                "View",
                "if (diff.position().number() > expected) {",
                "if (diff.position().number() > expected + 1_000_000) {"),
            shared(
                "View",
                "return diff.position().number() == expected",
                "return diff.position().number() >= expected"),
            shared("View", "behind = roster.digest() != diff.digest();", "behind = false;")),
        plant(
            "a view does not keep what its new owner has yet to hear",
            614,
            "NoFalseLeaves",
            shared(
                "View",
                "kept.removeIf(node -> known.getOrDefault(node, 0L)"
                    + " >= seen.getOrDefault(node, 0L));",
                "kept.clear();")),
        plant(
            "a diff tells less than the view takes in",
            2,
            "DiffsFoldToList",
            shared(
                "View",
                "return new Change(joins, leaves);",
                "return new Change(joins, List.of());")),
        plant(
            "the JSON of a diff leaves out who left",
            2,
            "DiffsFoldToList",
            shared(
                "PresenceJson", ".put(\"leaves\", leaves)", ".put(\"leaves\", new JsonObject())")),
        plant(
            "a second tab is told as a first join",
            2,
            "DiffsFoldToList",
            shared(
                "PresenceEvent",
                "after.get(key).size() == metas.size()",
                "after.get(key).size() >= metas.size()")),
        plant(
            "quiet topics are not checked",
            4,
            "Convergence|NoGhosts",
            shared(
                "Views",
                "    askForThoseBehind(nowMillis);\n    check(nowMillis);",
                "    askForThoseBehind(nowMillis);")),
        plant(
            "nobody asks around a broken link",
            47,
            "Convergence|NoGhosts",
            shared("Questions", "if (next < others.size()) {", "if (next < 0) {")));
  }

  private static Stream<Plant> inWhatIsKept() {
    return Stream.of(
        plant(
            "topics are never dropped",
            2,
            "BoundedMemory",
            replica("Topics", "states.remove(topic);", "")),
        plant(
            "a node that does not follow any more stays a follower",
            89,
            "BoundedMemory",
            replica(
                "Followers",
                "nodes != null && nodes.remove(node) != null && nodes.isEmpty()",
                "nodes == null")),
        plant(
            "a follower that does not ask any more is never dropped",
            205,
            "BoundedMemory",
            replica("Followers", "LEASE_MILLIS = 120_000", "LEASE_MILLIS = 120_000_000")),
        plant(
            "a claim is kept for ever",
            205,
            "BoundedMemory",
            replica("Claims", "nowMillis - agedMillis >= KEEP_MILLIS", "nowMillis < agedMillis")),
        plant(
            "a node is told for ever that a session came back elsewhere",
            90,
            "BoundedMemory",
            replica("Displaced", "tellAtMillis.keySet().removeIf(isThere.negate());", "")),
        plant(
            "a session's places are kept when it is over",
            205,
            "BoundedMemory",
            shared("Tracker", "      sessions.remove(session);\n", "")),
        plant(
            "one who is silent is never forgotten",
            148,
            "BoundedMemory",
            replica("Peers", "FORGET_MILLIS = 600_000", "FORGET_MILLIS = Long.MAX_VALUE")));
  }

  private static Plant plant(String name, long seed, String checkers, Edit... edits) {
    return new Plant(name, List.of(checkers.split("\\|")), seed, List.of(edits));
  }

  private static Edit replica(String type, String text, String replacement) {
    return new Edit(REPLICA + type + ".java", text, replacement);
  }

  private static Edit shared(String type, String text, String replacement) {
    return new Edit(SHARED + type + ".java", text, replacement);
  }
}
