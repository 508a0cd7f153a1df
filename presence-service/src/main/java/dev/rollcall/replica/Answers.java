package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.Pieces;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.AskPiece;
import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Result;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.Roster;
import dev.rollcall.presence.Standing;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a ready replica says when it is asked about topics. */
final class Answers {
  private final NodeId self;
  private final Topics topics;
  private final Owner owner;
  private final States states = new States();

  Answers(NodeId self, Topics topics, Owner owner) {
    this.self = self;
    this.topics = topics;
    this.owner = owner;
  }

  /**
   * Answers for the topics that are owned here, as far as one message has room; who asked asks
   * again for the others.
   */
  Answer to(Ask ask, Set<NodeId> ready, Supplier<Map<NodeId, Long>> clocks, long nowMillis) {
    List<State> pieces = new ArrayList<>();
    Map<String, Position> same = new HashMap<>();
    Map<String, NodeId> elsewhere = new HashMap<>();
    int weight = 0;
    for (Map.Entry<String, Standing> asked : ask.topics().entrySet()) {
      String topic = asked.getKey();
      Optional<Epoch> epoch = owner.epoch(topic);
      if (epoch.isEmpty()) {
        Ownership.owner(Ownership.partition(topic), ready)
            .ifPresent(other -> elsewhere.put(topic, other));
        continue;
      }
      Position position = new Position(epoch.get(), topics.number(topic));
      Roster roster = topics.published(topic);
      Standing standing = asked.getValue();
      if (standing.position() == null || standing.digest() != roster.digest()) {
        if (weight < Pieces.PIECE_BYTES) {
          State piece = states.first(topic, position, roster, nowMillis);
          pieces.add(piece);
          weight += piece.entries().stream().mapToInt(Entry::weight).sum() + topic.length();
        }
      } else if (!standing.position().equals(position)) {
        same.put(topic, position);
      }
    }
    // Most answers have no list to say it of.
    Map<NodeId, Long> known = pieces.isEmpty() ? Map.of() : known(pieces, clocks.get());
    return new Answer(self, known, pieces, same, elsewhere);
  }

  /** What waits for the next diff is not in the list, and so not known. */
  private Map<NodeId, Long> known(List<State> lists, Map<NodeId, Long> clocks) {
    Map<NodeId, Long> known = new HashMap<>(clocks);
    for (State list : lists) {
      // One of which nothing is said is not known at all, which is lower still.
      topics
          .pendingFrom(list.topic())
          .forEach(
              (node, from) ->
                  known.computeIfPresent(node, (same, clock) -> Math.min(clock, from - 1)));
    }
    return known;
  }

  Optional<State> to(AskPiece ask, long nowMillis) {
    return states.piece(ask.topic(), ask.position(), ask.index(), nowMillis);
  }

  Result to(Query query) {
    Roster roster = topics.published(query.topic());
    List<Entry> entries =
        switch (query.kind()) {
          case COUNT -> List.of();
          case GET -> roster.get(query.key());
          case PAGE -> roster.page(query.key(), query.limit());
        };
    boolean more =
        query.kind() == Query.Kind.PAGE
            && !entries.isEmpty()
            && roster.hasAfter(entries.get(entries.size() - 1).key());
    return new Result(roster.keyCount(), entries, more);
  }

  /** Returns how many lists are being read in pieces. */
  int size() {
    return states.size();
  }

  void tick(long nowMillis) {
    states.tick(nowMillis);
  }
}
