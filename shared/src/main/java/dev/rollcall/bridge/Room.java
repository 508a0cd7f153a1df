package dev.rollcall.bridge;

import dev.rollcall.presence.Follow;
import dev.rollcall.presence.Presence;
import dev.rollcall.presence.PresenceListener;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.OrderedSubscription;
import dev.rollcall.pubsub.PubSub;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One topic, for the clients of one event loop: one subscription and one follow, however many they
 * are. Where the topic has a history, they get what is stored of it once, in order and without a
 * hole. To be used on the loop.
 */
final class Room {
  private final String topic;
  private final BridgeMetrics metrics;
  private final Presence presence;
  private final Subscription subscription;

  /** The subscription, where the topic has a history. */
  private final Optional<OrderedSubscription> ordered;

  private final Audience messages;
  private final Audience present;
  private Follow follow;
  private boolean doubted;

  /** How many have not been told the list yet. */
  private int awaiting;

  /** The list as it was last sent, until it changes. */
  private JsonObject state;

  private Encoded encodedState;

  Room(String topic, TopicPolicy policy, BridgeLoop loop, PubSub pubSub, Presence presence) {
    this.topic = topic;
    this.metrics = loop.metrics();
    this.presence = presence;
    this.messages = new Audience(loop);
    this.present = new Audience(loop);
    this.ordered =
        policy
            .history()
            .map(history -> pubSub.subscribe(topic, history, this::hear).onMissed(this::missed));
    this.subscription =
        ordered
            .<Subscription>map(each -> each)
            .orElseGet(() -> pubSub.subscribe(topic, this::hear));
  }

  String topic() {
    return topic;
  }

  boolean isEmpty() {
    return messages.isEmpty() && present.isEmpty();
  }

  /** Returns how many clients hear what the topic carries. */
  int size() {
    return messages.size();
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
   * @param told takes the list; true when it wants the changes too
   * @return what ends the wait for the list
   */
  Follow follow(Seat seat, Predicate<Encoded> told) {
    if (follow == null) {
      follow = presence.follow(topic, listener());
    }
    awaiting++;
    FirstState first =
        new FirstState(
            all -> {
              if (told.test(encoded(all))) {
                present.add(seat);
              }
            });
    first.follow = presence.follow(topic, first);
    return first;
  }

  void unfollow(Seat seat) {
    present.remove(seat);
    unfollowIfNobody();
  }

  private void unfollowIfNobody() {
    if (present.isEmpty() && awaiting == 0) {
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

  /**
   * Returns the position up to which the clients were told what is stored. Who joined before it is
   * known hears all that comes after it, so a history that is asked then leaves no gap. Fails where
   * the history does not answer.
   */
  Future<Long> position() {
    return ordered.orElseThrow().position();
  }

  /**
   * Somebody was let in while it was not known from where on they hear. What is stored in between
   * is nobody's: they are told once it is known.
   */
  void doubted() {
    OrderedSubscription stored = ordered.orElseThrow();
    if (!doubted && !stored.base().isComplete()) {
      doubted = true;
      stored.base().onSuccess(this::incomplete);
    }
  }

  /** The history was found to go so far. */
  void reached(long position) {
    ordered.orElseThrow().reached(position);
  }

  private void missed(long from, long to) {
    metrics.missed(to - from + 1);
    incomplete(to);
  }

  private void incomplete(long position) {
    JsonObject payload = new JsonObject().put(Registrations.POSITION, position);
    messages.send(Encoded.of(topic, Frames.INCOMPLETE, payload));
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
  private final class FirstState implements PresenceListener, Follow {
    private final Consumer<JsonObject> then;
    private Follow follow;
    private boolean over;

    FirstState(Consumer<JsonObject> then) {
      this.then = then;
    }

    @Override
    public void state(JsonObject all) {
      if (!over) {
        try {
          then.accept(all);
        } finally {
          close();
        }
      }
    }

    @Override
    public void diff(JsonObject diff) {
      // That of the room is heard.
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        follow.close();
        awaiting--;
        unfollowIfNobody();
      }
    }
  }
}
