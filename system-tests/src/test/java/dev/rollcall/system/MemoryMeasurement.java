package dev.rollcall.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The resident memory of each idle service, and what it takes of a core, with the flags that the
 * manifests give it and as much memory as its container has: highest and lowest of a minute, since
 * the C library hands back only now and then what it does not need.
 */
final class MemoryMeasurement {
  private static final Pattern FLAGS = Pattern.compile("(?m)^JDK_JAVA_OPTIONS=(.*)$");
  private static final Pattern LIMIT = Pattern.compile("limits:\\s+memory: (\\d+)Mi");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

  /** What is compiled and loaded in the beginning is done by then. */
  private static final int SECONDS_TO_SETTLE = 45;

  private static final int SECONDS = 60;

  private MemoryMeasurement() {}

  public static void main(String[] args) throws Exception {
    Words.of(args);
    Installation built = Installation.aroundHere();
    List<String> flags = flags(built.root().resolve("k8s/base"));
    System.out.println("flags: " + String.join(" ", flags));
    try (Deployment system =
        OwnSystem.start("memory", Layout.standard(), new Installation(built.root(), flags))) {
      TimeUnit.SECONDS.sleep(SECONDS_TO_SETTLE);
      measure(services(system));
    }
    System.exit(0);
  }

  /** Outside a container the JVM is told how much memory there is, which heaps are a part of. */
  private static List<String> flags(Path base) throws IOException {
    String ram = "-XX:MaxRAM=" + find(LIMIT, base.resolve("patches/node.yaml")) + "m";
    String told = find(FLAGS, base.resolve("rollcall.env"));
    return Stream.concat(Stream.of(ram), Stream.of(told.split(" ", -1))).toList();
  }

  private static String find(Pattern pattern, Path file) throws IOException {
    return pattern
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult match) -> match.group(1))
        .findFirst()
        .orElseThrow();
  }

  private static List<ServiceProcess> services(Deployment system) {
    return system.layout().instances().stream().map(it -> system.child(it.name())).toList();
  }

  /**
   * What one took.
   *
   * @param cpuMillis of all of its threads together
   */
  private record Taken(long lowestKib, long highestKib, long cpuMillis) {
    static Taken now(ServiceProcess service) throws IOException {
      Path status = Path.of("/proc", String.valueOf(service.pid()), "status");
      long kib = Long.parseLong(find(RESIDENT, status));
      ProcessHandle handle = ProcessHandle.of(service.pid()).orElseThrow();
      return new Taken(kib, kib, handle.info().totalCpuDuration().orElseThrow().toMillis());
    }

    Taken and(Taken later) {
      return new Taken(
          Math.min(lowestKib, later.lowestKib),
          Math.max(highestKib, later.highestKib),
          later.cpuMillis);
    }
  }

  private static void measure(List<ServiceProcess> services) throws Exception {
    Map<String, Taken> first = new TreeMap<>();
    Map<String, Taken> all = new TreeMap<>();
    for (int second = 0; second <= SECONDS; second++) {
      for (ServiceProcess service : services) {
        Taken now = Taken.now(service);
        first.putIfAbsent(service.name(), now);
        all.merge(service.name(), now, Taken::and);
      }
      TimeUnit.SECONDS.sleep(1);
    }
    all.forEach(
        (name, taken) ->
            System.out.printf(
                Locale.ROOT,
                "%-12s %d to %d MiB, %d m of a core%n",
                name,
                taken.lowestKib >> 10,
                taken.highestKib >> 10,
                (taken.cpuMillis - first.get(name).cpuMillis) / SECONDS));
  }
}
