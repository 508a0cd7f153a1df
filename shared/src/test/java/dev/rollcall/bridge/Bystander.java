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
 * milliseconds, and measures how late it hears it. Not held against the node is that others on the
 * machine had the cores while its event loop was ready to run, nor that the machine stood still:
 * who speaks, on a thread of its own, slept too long then.
 */
final class Bystander implements AutoCloseable {
  private static final long MAX_P99_MILLIS = 100;
  private static final int FEW = 50;
  private static final int MANY = 500;
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final Pattern SAID = Pattern.compile("\"nanos\":(\\d+),\"waited\":(\\d+)");

  /** One thing that it heard, and how long the event loop waited for a core meanwhile. */
  private record Heard(long saidNanos, long heardNanos, long waitedNanos) {
    long nanos() {
      return heardNanos - saidNanos;
    }
  }

  /** From when to when nothing ran. */
  private record Standstill(long fromNanos, long toNanos) {
    long within(Heard heard) {
      long from = Math.max(fromNanos, heard.saidNanos);
      return Math.max(0, Math.min(toNanos, heard.heardNanos) - from);
    }
  }

  private final Target target;
  private final RawClient client;
  private final Collection<Heard> heard = new ConcurrentLinkedQueue<>();
  private final Collection<Standstill> standstills = new ConcurrentLinkedQueue<>();
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
      sleep();
      long waited = target.waits().nanos();
      JsonObject now = new JsonObject().put("nanos", System.nanoTime()).put("waited", waited);
      target.broadcast("probe", "said", now);
    }
  }

  private void sleep() {
    long wakes = System.nanoTime() + EVERY_NANOS;
    LockSupport.parkNanos(EVERY_NANOS);
    long woken = System.nanoTime();
    if (woken - wakes > EVERY_NANOS) {
      standstills.add(new Standstill(wakes, woken));
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
    heard.add(new Heard(saidNanos, System.nanoTime(), target.waits().nanos() - waitedThen));
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
    List<Long> late = heard.stream().map(this::lateMicros).sorted().toList();
    return late.get((int) (late.size() * 0.99)) / 1e3;
  }

  private long lateMicros(Heard one) {
    long stood = standstills.stream().mapToLong(standstill -> standstill.within(one)).sum();
    return Math.max(0, one.nanos() - Math.max(stood, one.waitedNanos)) / 1_000;
  }

  @Override
  public void close() throws IOException {
    over = true;
    client.close();
  }
}
