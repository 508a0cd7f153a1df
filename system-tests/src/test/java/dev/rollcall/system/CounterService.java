package dev.rollcall.system;

import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts aloud, and writes down every number that it hears: whose, when it was said and when it was
 * heard, by the wall clock, since whoever asks is on another host.
 */
final class CounterService extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(CounterService.class);

  private static final String TOPIC = "numbers";
  private static final long EVERY_MILLIS = 100;
  private static final Pattern HEARD =
      Pattern.compile(".* hears (\\S+) say (\\d+) of (\\d+) at (\\d+)$");

  private final Node node;
  private final String name;
  private long said;

  private CounterService(Node node) {
    this.node = node;
    this.name = node.environment().text("COUNTER_NAME", "nobody");
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
    node.pubSub().subscribe(TOPIC, message -> hear(message.payload()));
    vertx.setPeriodic(EVERY_MILLIS, timer -> say());
    return Future.succeededFuture();
  }

  private void say() {
    said++;
    JsonObject number =
        new JsonObject()
            .put("who", name)
            .put("number", said)
            .put("millis", System.currentTimeMillis());
    node.pubSub().broadcast(TOPIC, "number", number);
  }

  private void hear(JsonObject heard) {
    log.info(
        "hears {} say {} of {} at {}",
        heard.getString("who"),
        heard.getLong("number"),
        heard.getLong("millis"),
        System.currentTimeMillis());
  }
}
