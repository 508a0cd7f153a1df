package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One who behaves, beside those who do not: it hears a topic to which something is said every ten
 * milliseconds, and measures how late it hears it.
 *
 * <p>On a machine that is busy with other things every thread waits for its turn. How many times as
 * long as it has to a little work takes is measured beside it, and is not held against the node.
 */
final class Bystander implements AutoCloseable {
  private static final long MAX_P99_MILLIS = 100;
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final Pattern SAID = Pattern.compile("\"nanos\":(\\d+)");
  private static final long WORK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final Target target;
  private final RawClient client;
  private final Collection<Long> lateMicros = new ConcurrentLinkedQueue<>();
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Thread speaker = new Thread(this::speak, "speaker");
  private final Thread listener = new Thread(this::listen, "listener");
  private volatile boolean over;
  private final LongAdder workedNanos = new LongAdder();
  private final LongAdder tookNanos = new LongAdder();

  Bystander(Target target) throws IOException {
    this.target = target;
    this.client = RawClient.open(target, "bystander").registered("probe");
    listener.start();
    speaker.start();
  }

  private void speak() {
    long workedBefore = threads.getCurrentThreadCpuTime();
    while (!over) {
      LockSupport.parkNanos(EVERY_NANOS);
      long began = System.nanoTime();
      while (threads.getCurrentThreadCpuTime() - workedBefore < WORK_NANOS) {
        Thread.onSpinWait();
      }
      long now = System.nanoTime();
      target.broadcast("probe", "said", new JsonObject().put("nanos", now));
      long worked = threads.getCurrentThreadCpuTime();
      tookNanos.add(System.nanoTime() - began);
      workedNanos.add(worked - workedBefore);
      workedBefore = worked;
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
          lateMicros.add((System.nanoTime() - Long.parseLong(said.group(1))) / 1_000);
        }
      }
    } catch (IOException ended) {
      // What was heard until then is what counts.
    }
  }

  /** The bystander must have heard all in time, and still be there. */
  void assertUndisturbed(String attack) {
    Target.awaitThat("the bystander still hears", this::stillHears);
    long p99 = p99(lateMicros);
    double stretch = Math.max(1, tookNanos.doubleValue() / workedNanos.sum());
    System.out.printf(
        "%s: %d heard, p99 %.1f ms, most %.1f ms; work takes %.1f times as long%n",
        attack,
        lateMicros.size(),
        p99 / 1e3,
        lateMicros.stream().mapToLong(n -> n).max().orElse(0) / 1e3,
        stretch);
    assertThat(p99 / 1e3)
        .as("p99 in milliseconds beside %s", attack)
        .isLessThan(MAX_P99_MILLIS * stretch);
  }

  private boolean stillHears() {
    return listener.isAlive() && lateMicros.size() >= 50;
  }

  private static long p99(Collection<Long> micros) {
    List<Long> sorted = micros.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((int) (sorted.size() * 0.99));
  }

  @Override
  public void close() throws IOException {
    over = true;
    client.close();
  }
}
