package dev.rollcall.bridge;

import dev.rollcall.presence.Follow;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one client is: the topics that it hears, and those on which it is present. To be used on
 * the event loop of its connection.
 */
final class Places {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private static final class Place {
    final TopicPolicy policy;
    final Room room;
    final Seat messages;

    /** Where the changes of who is present are heard; null where the policy has none. */
    final Seat present;

    /** Ends the wait for the list of who is present; null where it is not waited for. */
    Follow awaited;

    Place(TopicPolicy policy, Room room, Seat messages, Seat present) {
      this.policy = policy;
      this.room = room;
      this.messages = messages;
      this.present = present;
    }
  }

  private final BridgeLoop loop;
  private final Connection connection;
  private final BridgeSession session;
  private final Registrations registrations;
  private final Replays replays;
  private final Map<String, Place> places = new HashMap<>(4);

  /** Opened with the first topic on which the client is present. */
  private Session presence;

  Places(BridgeLoop loop, Connection connection, BridgeSession session) {
    this.loop = loop;
    this.connection = connection;
    this.session = session;
    this.registrations = session.registrations();
    this.replays = new Replays(loop, connection, registrations);
  }

  void join(String topic, TopicPolicy policy, boolean held) {
    boolean latest = policy.slow() == SlowConsumer.LATEST;
    Seat messages = new Seat(connection, latest ? Seat.Slow.LATEST : Seat.Slow.WAIT);
    Seat present = policy.hasPresence() ? new Seat(connection, Seat.Slow.STATE) : null;
    if (held) {
      messages.hold();
    }
    Room room = loop.room(topic, policy);
    places.put(topic, new Place(policy, room, messages, present));
    loop.metrics().joined();
    room.join(messages);
  }

  void leave(String topic) {
    Place place = places.remove(topic);
    loop.metrics().left();
    try {
      place.room.leave(place.messages);
      place.messages.forget();
    } finally {
      leavePresent(place);
      loop.leaveIfEmpty(place.room);
    }
  }

  private static void leavePresent(Place place) {
    if (place.awaited != null) {
      place.awaited.close();
    }
    if (place.present != null) {
      place.room.unfollow(place.present);
    }
  }

  void appear(String topic, Ref returning) {
    if (presence == null) {
      presence = loop.bridge().presence().session();
      presence.onTaken((taken, key) -> registrations.taken(taken));
    }
    Place place = places.get(topic);
    follow(topic, place);
    meta(place.policy, topic)
        .compose(meta -> presence.track(topic, user(), meta, returning))
        .onFailure(fault -> notPresent(topic, fault))
        .onComplete((ref, fault) -> appeared(topic, place, ref));
  }

  private void notPresent(String topic, Throwable fault) {
    log.atWarn()
        .addKeyValue("topic", topic)
        .addKeyValue("session", connection.sessionId())
        .log("{} is not present on {}: {}", user(), topic, said(fault));
  }

  private void appeared(String topic, Place place, Ref ref) {
    if (places.get(topic) == place) {
      registrations.appeared(topic, ref);
    }
  }

  private Future<JsonObject> meta(TopicPolicy policy, String topic) {
    try {
      return Future.succeededFuture(policy.meta(session.identity().who(), topic));
    } catch (RuntimeException fault) {
      return Future.failedFuture(fault);
    }
  }

  private void follow(String topic, Place place) {
    if (place.present.index < 0 && place.awaited == null) {
      place.awaited = place.room.follow(place.present, state -> tell(topic, place, state));
    }
  }

  /** Tells the list, but not to one who is behind: it gets the one that there is later. */
  private boolean tell(String topic, Place place, Encoded state) {
    boolean now = !connection.isBehind();
    try {
      if (now) {
        connection.deliver(List.of(state));
      }
    } catch (RuntimeException | OutOfMemoryError fault) {
      connection.fail(fault);
    }
    place.awaited = null;
    return now && places.get(topic) == place;
  }

  /** Changes of a list were left out: the client gets the list when it has caught up. */
  void missed(Seat seat) {
    places.values().stream()
        .filter(place -> place.present == seat)
        .forEach(place -> place.room.unfollow(seat));
  }

  /** The client has read what waited for it, and can be told what was left out. */
  void drained() {
    for (String topic : List.copyOf(places.keySet())) {
      Place place = places.get(topic);
      if (place != null && !connection.isBehind()) {
        place.messages.drained();
      }
      if (places.get(topic) == place && place.present != null && !connection.isBehind()) {
        follow(topic, place);
      }
    }
    replays.next();
  }

  void vanish(String topic) {
    presence
        .untrack(topic, user())
        .onFailure(fault -> log.debug("{} did not leave {}", user(), topic, fault));
  }

  void replay(String topic, long after) {
    Place place = places.get(topic);
    replays.add(
        new Replays.Wanted(
            topic,
            after,
            place.policy.history().orElseThrow(),
            place.room,
            place.messages,
            () -> places.get(topic) == place));
  }

  void depart(Departure how) {
    if (presence != null) {
      depart(presence, how).onFailure(this::notClosed);
    }
  }

  private void notClosed(Throwable fault) {
    log.atError()
        .addKeyValue("session", connection.sessionId())
        .setCause(fault)
        .log("a session did not close");
  }

  private Future<Void> depart(Session leaving, Departure how) {
    return switch (how) {
      case CLOSED -> leaving.close(Reason.CLOSED);
      case IDLE -> leaving.close(Reason.IDLE);
      case KICKED -> leaving.close(Reason.KICKED);
      case CUT -> leaving.cut(loop.bridge().lingerMillis());
    };
  }

  private String user() {
    return session.identity().user();
  }

  static String said(Throwable fault) {
    return fault.getMessage() == null ? fault.toString() : fault.getMessage();
  }
}
