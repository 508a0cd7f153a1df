package dev.rollcall.system;

import dev.rollcall.node.Node;
import dev.rollcall.presence.PresenceListener;
import dev.rollcall.presence.Session;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A crowd on a host of its own that writes down whom it sees: a line whenever that changes, with
 * the wall clock, since whoever asks is on another host.
 */
final class WitnessService extends VerticleBase implements PresenceListener {
  private static final Logger log = LoggerFactory.getLogger(WitnessService.class);

  static final String TOPIC = "room:witnessed";

  private static final long MEMBERS_MILLIS = 100;

  private final Node node;
  private final int from;
  private final int count;
  private final Set<String> own = new HashSet<>();
  private final Set<String> present = new HashSet<>();
  private int members;
  private int ownLeft;

  private WitnessService(Node node) {
    this.node = node;
    this.from = node.environment().number("WITNESS_FROM", 0, 0, 1_000_000);
    this.count = node.environment().number("WITNESS_COUNT", 0, 0, 1_000_000);
  }

  public static void main(String[] args) {
    Node.run("witness-service", WitnessService::new);
  }

  /** Returns what the lines have in them from which on a witness sees so many. */
  static String sees(int count) {
    return " sees " + count + " of ";
  }

  /** Returns what the lines have in them from which on a witness is in a cluster of so many. */
  static String among(int members) {
    return " among " + members + " members ";
  }

  /** Returns how many of the witness' own crowd it saw leave. */
  static int ownLeft(String line) {
    return Integer.parseInt(line.replaceAll(".* lost (\\d+) .*", "$1"));
  }

  /** Returns when the line was written, in milliseconds of the wall clock. */
  static long at(String line) {
    return Long.parseLong(line.replaceAll(".* at (\\d+)$", "$1"));
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(MEMBERS_MILLIS, timer -> lookAround());
    node.presence().follow(TOPIC, this);
    List<Future<?>> joins = new ArrayList<>();
    for (int user = from; user < from + count; user++) {
      Session session = node.presence().session();
      own.add("user-" + user);
      joins.add(session.track(TOPIC, "user-" + user, new JsonObject().put("name", "U" + user)));
    }
    return Future.all(joins);
  }

  @Override
  public void state(JsonObject state) {
    present.addAll(state.fieldNames());
    tell();
  }

  @Override
  public void diff(JsonObject diff) {
    present.addAll(diff.getJsonObject("joins").fieldNames());
    Set<String> left = diff.getJsonObject("leaves").fieldNames();
    present.removeAll(left);
    left.stream().filter(own::contains).forEach(key -> ownLeft++);
    tell();
  }

  private void lookAround() {
    int now = node.membership().members().size();
    if (now != members) {
      members = now;
      tell();
    }
  }

  private void tell() {
    log.info(
        "sees {} of {} lost {} among {} members at {}",
        present.size(),
        TOPIC,
        ownLeft,
        members,
        System.currentTimeMillis());
  }
}
