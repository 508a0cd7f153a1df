package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One who behaves, beside those who do not: it hears a topic to which something is said every ten
 * milliseconds, and measures how late it hears it. That others on the machine had the cores while
 * the node's event loop was ready to run is not held against the node.
 */
final class Bystander implements AutoCloseable {
  private static final long MAX_P99_MILLIS = 100;
  private static final int FEW = 50;
  private static final int MANY = 500;
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final Pattern SAID = Pattern.compile("\"nanos\":(\\d+),\"waited\":(\\d+)");

  /** One thing that it heard. */
  private record Heard(long nanos, long waitedNanos) {
    long lateMicros() {
      return Math.max(0, nanos - waitedNanos) / 1_000;
    }
  }

  private final Target target;
  private final RawClient client;
  private final Collection<Heard> heard = new ConcurrentLinkedQueue<>();
  private final Thread speaker = new Thread(this::speak, "speaker");
  private final Thread listener = new Thread(this::listen, "listener");
  private volatile boolean over;

  Bystander(Target target) throws IOException {
    this.target = target;
    this.client = RawClient.open(target, "bystander").registered("probe");
    listener.start();
    speaker.start();
  }

  private void speak() {
    while (!over) {
      LockSupport.parkNanos(EVERY_NANOS);
      long waited = target.waits().nanos();
      JsonObject now = new JsonObject().put("nanos", System.nanoTime()).put("waited", waited);
      target.broadcast("probe", "said", now);
    }
  }

  private void listen() {
    try {
      while (!over) {
        RawClient.Frame frame = client.frame();
        if (frame.first() == Bytes.PING) {
          client.write(Bytes.frame(Bytes.PONG, Bytes.utf8(frame.text())));
        }
        Matcher said = SAID.matcher(frame.text());
        if (said.find()) {
          hear(Long.parseLong(said.group(1)), Long.parseLong(said.group(2)));
        }
      }
    } catch (IOException ended) {
      // What was heard until then is what counts.
    }
  }

  private void hear(long saidNanos, long waitedThen) {
    long nanos = System.nanoTime() - saidNanos;
    heard.add(new Heard(nanos, target.waits().nanos() - waitedThen));
  }

  /** The bystander must have heard all in time, and still be there. */
  void assertUndisturbed(String attack) {
    awaitHeard(FEW);
    if (p99Millis() >= MAX_P99_MILLIS) {
      // One late among a few is their p99; it counts as that among many alone.
      awaitHeard(MANY);
    }
    double p99 = p99Millis();
    System.out.printf(
        "%s: %d heard, p99 %.1f ms; %.1f ms at most, with what the machine took%n",
        attack,
        heard.size(),
        p99,
        heard.stream().mapToLong(Heard::nanos).max().orElseThrow() / 1e6);
    assertThat(p99).as("p99 in milliseconds beside %s", attack).isLessThan(MAX_P99_MILLIS);
  }

  private void awaitHeard(int messages) {
    Target.awaitThat(
        "the bystander still hears", () -> listener.isAlive() && heard.size() >= messages);
  }

  private double p99Millis() {
    List<Long> late = heard.stream().map(Heard::lateMicros).sorted().toList();
    return late.get((int) (late.size() * 0.99)) / 1e3;
  }

  @Override
  public void close() throws IOException {
    over = true;
    client.close();
  }
}
