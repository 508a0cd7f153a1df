package dev.rollcall.replica;

import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Relay;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a numbered diff of what each topic's window has gathered, and sends it to the topic's
 * followers, where the topic falls to this replica.
 */
final class Publisher {
  /** A diff takes as long as so many changes, besides those that are in it. */
  private static final int DIFF_COST = 16;

  private final Topics topics;
  private final Owner owner;
  private final Followers followers;
  private final Outbox outbox;
  private final int turn;

  /**
   * Returns a publisher.
   *
   * @param turn how many changes are told at a time
   */
  Publisher(Topics topics, Owner owner, Followers followers, Outbox outbox, int turn) {
    this.topics = topics;
    this.owner = owner;
    this.followers = followers;
    this.outbox = outbox;
    this.turn = turn;
  }

  /** Ends the windows that are due. Where that is too much for one turn, some stay open. */
  void flush(long nowMillis) {
    int cost = 0;
    for (String topic : topics.open()) {
      if (cost >= turn) {
        return;
      }
      if (topics.isDue(topic, nowMillis)) {
        cost += DIFF_COST + flush(topic, turn / 2, nowMillis);
      }
    }
  }

  /** Ends all windows, due or not: what is in them belongs to the epochs so far. */
  void flushAll(long nowMillis) {
    topics.open().forEach(topic -> flush(topic, Integer.MAX_VALUE, nowMillis));
  }

  /**
   * Sends to one follower.
   *
   * @param via the replica that passes on, if the follower can't be reached straight
   */
  void toFollower(NodeId node, Optional<NodeId> via, PresenceMessage message) {
    if (via.isPresent()) {
      outbox.toReplica(via.get(), new Relay(node, message));
    } else {
      outbox.toNode(node, message);
    }
  }

  /** Returns how many changes were told. */
  private int flush(String topic, int maxChanges, long nowMillis) {
    Optional<Epoch> epoch = owner.epoch(topic);
    int told = 0;
    for (TopicState.Change change : topics.endWindow(topic, maxChanges, nowMillis)) {
      told += change.size();
      if (epoch.isPresent()) {
        Position at = new Position(epoch.get(), change.number());
        publish(new Diff(topic, at, change.digest(), change.joins(), change.leaves()));
      }
    }
    return told;
  }

  private void publish(Diff diff) {
    List<NodeId> straight = new ArrayList<>();
    followers
        .of(diff.topic())
        .forEach(
            (node, lease) -> {
              if (lease.via().isEmpty()) {
                straight.add(node);
              } else {
                toFollower(node, lease.via(), diff);
              }
            });
    if (!straight.isEmpty()) {
      outbox.toNodes(straight, diff);
    }
  }
}
