package dev.rollcall.system.lab;

import dev.rollcall.system.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What each pod's process holds after a collection: heap, threads, registrations.
 *
 * @param mapped who consumes what, as the map has it that all of them keep together
 */
record Footprint(Map<String, Held> pods, double mapped) {
  private static final double HEAP_RATIO = 1.25;
  private static final double HEAP_MORE_MIB = 6;
  private static final int THREADS_MORE = 4;

  /** Pools that grow to a bound, or shrink again after a minute without work. */
  private static final int POOLED_MORE = 32;

  private static final Pattern POOLED =
      Pattern.compile("vert\\.x-worker.*|hz\\..*|pool-.*|C. Compiler.*");

  /** What the probe has is as of a second ago. */
  private static final Duration SCRAPED = Duration.ofMillis(2_200);

  private static final Duration SHOWN = Duration.ofSeconds(20);

  /**
   * What one holds.
   *
   * @param starts of its pod, so that one process is not compared with another
   */
  record Held(
      int starts,
      double heapMib,
      Map<String, Integer> threads,
      double handlers,
      double subscribers) {
    private int threadCount() {
      return threads.values().stream().mapToInt(Integer::intValue).sum();
    }

    private int pooled() {
      return threads.entrySet().stream()
          .filter(each -> POOLED.matcher(each.getKey()).matches())
          .mapToInt(Map.Entry::getValue)
          .sum();
    }

    private boolean hasMoreThreadsThan(Held then) {
      return pooled() > then.pooled() + POOLED_MORE
          || threadCount() - pooled() > then.threadCount() - then.pooled() + THREADS_MORE;
    }
  }

  /** Collects the garbage of all, and reads what is left. */
  static Footprint of(List<Pod> pods, Probe probe) throws Exception {
    for (Pod pod : pods) {
      collect(pod.process().pid());
    }
    Eventually.pass(SCRAPED);
    Map<String, Held> held = new TreeMap<>();
    double mapped = 0;
    for (Pod pod : pods) {
      // What is not known compares with nothing, and would never be found to have grown.
      Eventually.await("metrics of " + pod, SHOWN, () -> Double.isFinite(handlers(pod, probe)));
      held.put(pod.name(), held(pod, probe));
      mapped += probe.number(pod, "rollcall_cluster_map_entries");
    }
    return new Footprint(held, mapped);
  }

  private static double handlers(Pod pod, Probe probe) {
    return probe.number(pod, "vertx_eventbus_handlers");
  }

  private static Held held(Pod pod, Probe probe) throws IOException {
    return new Held(
        pod.starts(),
        probe.number(pod, "jvm_memory_used_bytes", "area=\"heap\"") / (1 << 20),
        threads(pod.process().pid()),
        handlers(pod, probe),
        probe.number(pod, "rollcall_pubsub_subscribers"));
  }

  /** By what they are called but for their numbers, as the kernel knows them. */
  private static Map<String, Integer> threads(long pid) throws IOException {
    Map<String, Integer> threads = new TreeMap<>();
    Path tasks = Path.of("/proc", Long.toString(pid), "task");
    try (Stream<Path> all = Files.list(tasks)) {
      for (Path task : all.toList()) {
        String name = Files.readString(task.resolve("comm")).strip();
        threads.merge(name.replaceAll("[\\d#]+", "*"), 1, Integer::sum);
      }
    }
    return threads;
  }

  private static void collect(long pid) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process process =
        new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new UncheckedIOException(new IOException("jcmd can't reach " + pid));
    }
  }

  /** Returns the same, but of processes that were looked at before what was found then. */
  Footprint orFirst(Footprint before) {
    Map<String, Held> first = new TreeMap<>(pods);
    first.replaceAll(
        (name, now) -> {
          Held then = before.pods().get(name);
          return then != null && then.starts() == now.starts() ? then : now;
        });
    return new Footprint(first, before.mapped());
  }

  /** Returns what has grown beyond what it was before. */
  List<String> grownSince(Footprint before) {
    List<String> grown = new ArrayList<>();
    pods.forEach(
        (name, now) -> {
          Held then = before.pods().get(name);
          if (then != null && then.starts() == now.starts()) {
            compare(grown, name, then, now);
          }
        });
    if (pods.keySet().equals(before.pods().keySet()) && mapped > before.mapped()) {
      grown.add(
          "%.0f entries in the map of consumers, before %.0f".formatted(mapped, before.mapped()));
    }
    return grown;
  }

  private static void compare(List<String> grown, String name, Held then, Held now) {
    if (now.heapMib() > then.heapMib() * HEAP_RATIO + HEAP_MORE_MIB) {
      grown.add("%s: heap %.1f MiB, before %.1f".formatted(name, now.heapMib(), then.heapMib()));
    }
    if (now.hasMoreThreadsThan(then)) {
      grown.add(
          "%s: %d threads, before %d: %s"
              .formatted(name, now.threadCount(), then.threadCount(), more(then, now)));
    }
    if (now.handlers() > then.handlers()) {
      grown.add("%s: %.0f handlers, before %.0f".formatted(name, now.handlers(), then.handlers()));
    }
    if (now.subscribers() > then.subscribers()) {
      grown.add(
          "%s: %.0f subscribers, before %.0f"
              .formatted(name, now.subscribers(), then.subscribers()));
    }
  }

  private static Map<String, Integer> more(Held then, Held now) {
    Map<String, Integer> more = new TreeMap<>(now.threads());
    then.threads().forEach((name, count) -> more.merge(name, -count, Integer::sum));
    more.values().removeIf(count -> count <= 0);
    return more;
  }

  /** Returns the sum over all pods. */
  String total() {
    return "heap %.0f MiB, %d threads, %.0f handlers, %.0f mapped"
        .formatted(
            pods.values().stream().mapToDouble(Held::heapMib).sum(),
            pods.values().stream().mapToInt(Held::threadCount).sum(),
            pods.values().stream().mapToDouble(Held::handlers).sum(),
            mapped);
  }
}
