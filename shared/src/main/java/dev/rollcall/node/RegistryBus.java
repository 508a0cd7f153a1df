package dev.rollcall.node;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says and hears on the bus what a {@link Registry} is made of. */
final class RegistryBus {
  /** Of all members that keep a registry. */
  static final String MEMBERS = "rollcall.members.registry";

  /** Of one of them: its name in the cluster manager follows. */
  static final String MEMBER = "rollcall.members.registry.";

  private static final Logger log = LoggerFactory.getLogger(RegistryBus.class);

  private static final long BEAT_MILLIS = 1_000;

  /** A verticle that starts registers several consumers: they are said at once. */
  private static final long GATHER_MILLIS = 2;

  /** An answer takes a millisecond. Who has not answered by then is told again, beat by beat. */
  private static final long AWARE_MILLIS = 2_000;

  private final Vertx vertx;
  private final Context context;
  private final Registry registry;
  private final String self;
  private final Supplier<Set<String>> members;
  private final Runnable changed;

  /** What is done once something holds, or it is too late. */
  private final Map<Promise<Void>, BooleanSupplier> awaited = new HashMap<>();

  private boolean saying;

  /**
   * @param members those that keep a registry, this one among them
   * @param changed called when another member is to be asked otherwise than before
   */
  RegistryBus(
      Vertx vertx,
      Registry registry,
      String self,
      Supplier<Set<String>> members,
      Runnable changed) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.registry = registry;
    this.self = self;
    this.members = members;
    this.changed = changed;
  }

  /** Completes when all members have said what they consume, or have had their time to. */
  Future<Void> open() {
    Promise<Void> open = Promise.promise();
    context.runOnContext(
        now -> {
          vertx.eventBus().<JsonObject>consumer(MEMBERS, this::hear);
          vertx.eventBus().<JsonObject>consumer(MEMBER + self, this::hear);
          beatOn();
          await(open, () -> registry.unheard(members.get()).isEmpty());
          say();
        });
    return open.future();
  }

  /** Says this version; completes when all members know it, or have had their time to. */
  Future<Void> say(long version) {
    Promise<Void> aware = Promise.promise();
    context.runOnContext(
        now -> {
          await(aware, () -> registry.unaware(members.get(), version).isEmpty());
          saySoon();
        });
    return aware.future();
  }

  private void await(Promise<Void> promise, BooleanSupplier condition) {
    awaited.put(promise, condition);
    vertx.setTimer(AWARE_MILLIS, late -> complete(promise));
    look();
  }

  private void complete(Promise<Void> promise) {
    if (awaited.remove(promise) != null) {
      promise.complete();
    }
  }

  /** What waits for this may wait for more at once. */
  private void look() {
    Map.copyOf(awaited)
        .forEach(
            (promise, holds) -> {
              if (holds.getAsBoolean()) {
                complete(promise);
              }
            });
  }

  /**
   * Not periodically: after a pause all beats would come at once, and everybody count as silent.
   */
  private void beatOn() {
    vertx.setTimer(
        BEAT_MILLIS,
        timer -> {
          beatOn();
          beat();
        });
  }

  private void beat() {
    if (registry.beat(members.get())) {
      changed.run();
    }
    look();
    say();
  }

  private void saySoon() {
    if (!saying) {
      saying = true;
      vertx.setTimer(GATHER_MILLIS, gathered -> say());
    }
  }

  private void say() {
    saying = false;
    vertx.eventBus().publish(MEMBERS, encode(registry.say(members.get())));
  }

  private void hear(Message<JsonObject> message) {
    decode(message.body()).filter(word -> !word.member().equals(self)).ifPresent(this::hear);
  }

  private void hear(Registry.Word word) {
    boolean isOtherwise = registry.receive(word);
    if (isOtherwise) {
      changed.run();
    }
    look();
    Registry.Word answer = registry.say(Set.of(word.member()));
    if (isOtherwise || answer.consumers() != null) {
      vertx.eventBus().send(MEMBER + word.member(), encode(answer));
    }
  }

  static JsonObject encode(Registry.Word word) {
    JsonObject json = new JsonObject().put("member", word.member()).put("version", word.version());
    if (word.consumers() != null) {
      json.put("consumers", new JsonObject(Map.copyOf(word.consumers())));
    }
    return json.put("knows", new JsonObject(Map.copyOf(word.knows())));
  }

  /** What is malformed tells of nobody. */
  static Optional<Registry.Word> decode(JsonObject json) {
    try {
      JsonObject consumers = json.getJsonObject("consumers");
      Map<String, Integer> counts = consumers == null ? null : new HashMap<>();
      if (consumers != null) {
        consumers.fieldNames().forEach(name -> counts.put(name, consumers.getInteger(name)));
      }
      Map<String, Long> knows = new HashMap<>();
      JsonObject versions = json.getJsonObject("knows");
      versions.fieldNames().forEach(member -> knows.put(member, versions.getLong(member)));
      return Optional.of(
          new Registry.Word(json.getString("member"), json.getLong("version"), counts, knows));
    } catch (RuntimeException malformed) {
      log.debug("what a member says of its consumers is malformed", malformed);
      return Optional.empty();
    }
  }
}
