package dev.rollcall.bridge;

import dev.rollcall.node.Node;
import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceBus;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.Roster;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells one topic of one node, on which nothing is lost: what its tracker did is a diff each, at
 * once, and who asks gets the list.
 */
final class LoneReplica {
  private static final long READY_MILLIS = 1_000;

  private final Node node;
  private final String topic;
  private final int shard;
  private final PresenceBus bus;
  private final Roster roster = new Roster();
  private final Map<Long, Entry> entries = new HashMap<>();
  private long clock;
  private long number;

  private LoneReplica(Node node, String topic) {
    this.node = node;
    this.topic = topic;
    this.shard = Ownership.shard(topic);
    this.bus = new PresenceBus(node.vertx());
  }

  /** To be called on the context on which it is to run. */
  static Future<Void> start(Node node, String topic) {
    LoneReplica replica = new LoneReplica(node, topic);
    Context context = node.vertx().getOrCreateContext();
    List<Context> shards = Collections.nCopies(Ownership.SHARDS, context);
    node.vertx().setPeriodic(0, READY_MILLIS, timer -> replica.tellReady());
    return replica.bus.onReplica(node.id(), shards, (of, message) -> replica.receive(message));
  }

  private void tellReady() {
    String member = node.membership().self();
    bus.toAllNodes(shard, new Readiness(node.id(), member, true, Set.of()));
  }

  private void receive(PresenceMessage message) {
    if (message instanceof Delta delta) {
      delta.operations().forEach(this::fold);
    } else if (message instanceof Ask ask && ask.topics().containsKey(topic)) {
      bus.toNode(shard, ask.asker(), answer(ask));
    }
  }

  private Answer answer(Ask ask) {
    Map<String, Position> same = Map.of();
    List<State> states = List.of();
    if (position().equals(ask.topics().get(topic).position())) {
      same = Map.of(topic, position());
    } else {
      states = List.of(new State(topic, position(), roster.digest(), 0, 1, roster.all()));
    }
    return new Answer(node.id(), Map.of(node.id(), clock), states, same, Map.of());
  }

  private void fold(Operation operation) {
    clock = operation.clock();
    List<Leave> leaves = new ArrayList<>();
    if (operation.removed() > 0) {
      Entry left = entries.remove(operation.removed());
      roster.remove(left.key(), left.ref());
      leaves.add(new Leave(left.ref(), operation.reason(), clock));
    }
    List<Entry> joins = new ArrayList<>();
    if (operation.added() != null) {
      joins.add(operation.added());
      entries.put(clock, operation.added());
      roster.add(operation.added());
    }
    number++;
    bus.toAllNodes(shard, new Diff(topic, position(), roster.digest(), joins, leaves));
  }

  private Position position() {
    return new Position(new Epoch(1, node.id()), number);
  }
}
