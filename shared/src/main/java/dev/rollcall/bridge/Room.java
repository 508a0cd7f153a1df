package dev.rollcall.bridge;

import dev.rollcall.presence.Follow;
import dev.rollcall.presence.Presence;
import dev.rollcall.presence.PresenceListener;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.PubSub;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/**
 * One topic, for the clients of one event loop: one subscription and one follow, however many they
 * are. To be used on the loop.
 */
final class Room {
  private final String topic;
  private final BridgeMetrics metrics;
  private final Presence presence;
  private final Subscription subscription;
  private final Audience messages;
  private final Audience present;
  private Follow follow;

  /** The list as it was last sent, until it changes. */
  private JsonObject state;

  private Encoded encodedState;

  Room(String topic, BridgeLoop loop, PubSub pubSub, Presence presence) {
    this.topic = topic;
    this.metrics = loop.metrics();
    this.presence = presence;
    this.messages = new Audience(loop);
    this.present = new Audience(loop);
    this.subscription = pubSub.subscribe(topic, this::hear);
  }

  String topic() {
    return topic;
  }

  boolean isEmpty() {
    return messages.isEmpty() && present.isEmpty();
  }

  void join(Seat seat) {
    messages.add(seat);
  }

  void leave(Seat seat) {
    messages.remove(seat);
  }

  /**
   * Tells the list to one client, then every change of it. The list comes on the loop, in its place
   * among the changes: who is told it then has seen none before and misses none after.
   *
   * @param told takes the list
   * @return what ends the wait for the list
   */
  Follow follow(Seat seat, Consumer<Encoded> told) {
    if (follow == null) {
      follow = presence.follow(topic, listener());
    }
    FirstState once =
        new FirstState(
            now -> {
              told.accept(encoded(now));
              present.add(seat);
            });
    once.follow = presence.follow(topic, once);
    return once.follow;
  }

  void unfollow(Seat seat) {
    present.remove(seat);
    if (present.isEmpty()) {
      unfollow();
    }
  }

  void close() {
    subscription.unsubscribe();
    unfollow();
  }

  private void unfollow() {
    if (follow != null) {
      follow.close();
      follow = null;
    }
  }

  private void hear(Message message) {
    messages.send(message.as(Encoded.class, this::encode));
  }

  private Encoded encode(Message message) {
    metrics.encoded();
    return Encoded.of(message);
  }

  /** All who come between two changes are told the very same object. */
  @SuppressWarnings("ReferenceEquality")
  private Encoded encoded(JsonObject now) {
    if (now != state) {
      state = now;
      encodedState = Encoded.of(topic, "presence_state", now);
      metrics.encoded();
    }
    return encodedState;
  }

  private PresenceListener listener() {
    return new PresenceListener() {
      @Override
      public void state(JsonObject all) {
        // Each client is told the list when it comes.
      }

      @Override
      public void diff(JsonObject diff) {
        state = null;
        encodedState = null;
        metrics.encoded();
        present.send(Encoded.of(topic, "presence_diff", diff));
      }
    };
  }

  /** Takes the list once. */
  private static final class FirstState implements PresenceListener {
    private final Consumer<JsonObject> then;
    private Follow follow;

    FirstState(Consumer<JsonObject> then) {
      this.then = then;
    }

    @Override
    public void state(JsonObject all) {
      follow.close();
      then.accept(all);
    }

    @Override
    public void diff(JsonObject diff) {
      // That of the room is heard.
    }
  }
}
