package dev.rollcall.presence;

import static java.util.Objects.requireNonNull;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@link Fetch} of each prefix of topics, and what they add to what is told. */
final class Fetches {
  private static final Logger log = LoggerFactory.getLogger(Fetches.class);

  private static final long FETCH_SECONDS = 5;

  private final Map<String, Fetch> fetches = new ConcurrentHashMap<>();
  private final AtomicLong failed = new AtomicLong();

  void put(String prefix, Fetch fetch) {
    fetches.put(requireNonNull(prefix, "prefix"), requireNonNull(fetch, "fetch"));
  }

  /** Returns how often one failed, or took too long. */
  long failed() {
    return failed.get();
  }

  /**
   * Adds to each key's metas what the topic's fetch has of it, if the topic has a fetch.
   *
   * @param people objects by key, each with {@code metas}
   * @return completes on the context, whatever thread the fetch completes on
   */
  Future<?> decorate(
      ContextInternal context, String topic, Set<String> keys, JsonObject... people) {
    Optional<Fetch> fetch = of(topic);
    if (fetch.isEmpty() || keys.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Map<String, JsonObject>> here = context.promise();
    ask(fetch.get(), topic, Set.copyOf(keys)).onComplete(here);
    return here.future().onSuccess(fields -> List.of(people).forEach(some -> add(fields, some)));
  }

  boolean hasOf(String topic) {
    return of(topic).isPresent();
  }

  private Optional<Fetch> of(String topic) {
    return fetches.entrySet().stream()
        .filter(fetch -> topic.startsWith(fetch.getKey()))
        .max(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue);
  }

  private Future<Map<String, JsonObject>> ask(Fetch fetch, String topic, Set<String> keys) {
    Future<Map<String, JsonObject>> fetched;
    try {
      fetched = requireNonNull(fetch.fetch(topic, keys), "fetch returned null");
    } catch (RuntimeException fault) {
      fetched = Future.failedFuture(fault);
    }
    return fetched
        .timeout(FETCH_SECONDS, TimeUnit.SECONDS)
        .map(fields -> requireNonNull(fields, "fetch succeeded with null"))
        .recover(
            fault -> {
              failed.incrementAndGet();
              log.atWarn()
                  .addKeyValue("topic", topic)
                  .log("nothing was fetched for {}: {}", topic, fault.toString());
              return Future.succeededFuture(Map.of());
            });
  }

  private static void add(Map<String, JsonObject> fields, JsonObject people) {
    fields.forEach(
        (key, more) -> {
          JsonObject person = people.getJsonObject(key);
          if (person != null && more != null) {
            Object metas = person.getValue("metas");
            person.mergeIn(more).put("metas", metas);
          }
        });
  }
}
