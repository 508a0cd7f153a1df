package dev.rollcall.system;

import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts aloud, on one topic and on others to which it subscribes later, and writes down every
 * number that it hears: whose, when it was said and when it was heard, by the wall clock, since
 * whoever asks is on another host.
 */
final class CounterService extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(CounterService.class);

  private static final String TOPIC = "numbers";

  /** Each of them is subscribed to when a file of that name is in the folder of all counters. */
  static final List<String> LATER = List.of("parted", "healed");

  private static final long EVERY_MILLIS = 100;
  private static final Pattern HEARD =
      Pattern.compile(".* hears (\\S+) say (\\d+) of (\\d+) at (\\d+)$");

  private final Node node;
  private final String name;
  private final Path folder;
  private final Set<String> later = new HashSet<>(LATER);
  private long said;

  private CounterService(Node node) {
    this.node = node;
    this.name = node.environment().text("COUNTER_NAME", "nobody");
    this.folder = Path.of(node.environment().text("COUNTER_FOLDER", "nowhere"));
  }

  public static void main(String[] args) {
    Node.run("counter-service", CounterService::new);
  }

  /** A number that was heard, as a line of the log has it. */
  record Heard(String who, long number, long saidMillis, long heardMillis) {
    /** Returns what the lines have in them that tell of one's numbers. */
    static String by(String who) {
      return " hears " + who + " say ";
    }

    /** As {@link #by}, of those on one of the {@link #LATER} topics. */
    static String by(String who, String later) {
      return by(who + "/" + later);
    }

    static Heard of(String line) {
      Matcher heard = HEARD.matcher(line);
      if (!heard.matches()) {
        throw new IllegalArgumentException(line);
      }
      return new Heard(
          heard.group(1),
          Long.parseLong(heard.group(2)),
          Long.parseLong(heard.group(3)),
          Long.parseLong(heard.group(4)));
    }
  }

  @Override
  public Future<?> start() {
    node.pubSub().subscribe(TOPIC, message -> hear("", message.payload()));
    vertx.setPeriodic(EVERY_MILLIS, timer -> say());
    vertx.setPeriodic(EVERY_MILLIS, timer -> LATER.forEach(this::subscribeIfDue));
    return Future.succeededFuture();
  }

  private void subscribeIfDue(String topic) {
    vertx
        .fileSystem()
        .exists(folder.resolve(topic).toString())
        .onSuccess(
            due -> {
              if (due && later.remove(topic)) {
                node.pubSub().subscribe(topic, message -> hear("/" + topic, message.payload()));
              }
            });
  }

  private void say() {
    said++;
    JsonObject number =
        new JsonObject()
            .put("who", name)
            .put("number", said)
            .put("millis", System.currentTimeMillis());
    node.pubSub().broadcast(TOPIC, "number", number);
    LATER.forEach(topic -> node.pubSub().broadcast(topic, "number", number));
  }

  private void hear(String where, JsonObject heard) {
    log.info(
        "hears {}{} say {} of {} at {}",
        heard.getString("who"),
        where,
        heard.getLong("number"),
        heard.getLong("millis"),
        System.currentTimeMillis());
  }
}
