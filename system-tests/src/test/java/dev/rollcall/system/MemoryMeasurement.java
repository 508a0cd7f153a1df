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
 * The resident memory of each idle service, with the flags that the manifests give it and as much
 * memory as its container has: highest and lowest of a minute, since the C library hands back only
 * now and then what it does not need.
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
      measure(services(system)).forEach(MemoryMeasurement::print);
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

  private record Range(long lowest, long highest) {
    Range and(Range other) {
      return new Range(Math.min(lowest, other.lowest), Math.max(highest, other.highest));
    }
  }

  private static Map<String, Range> measure(List<ServiceProcess> services) throws Exception {
    Map<String, Range> ranges = new TreeMap<>();
    for (int second = 0; second < SECONDS; second++) {
      for (ServiceProcess service : services) {
        long kib =
            Long.parseLong(
                find(RESIDENT, Path.of("/proc", String.valueOf(service.pid()), "status")));
        ranges.merge(service.name(), new Range(kib, kib), Range::and);
      }
      TimeUnit.SECONDS.sleep(1);
    }
    return ranges;
  }

  private static void print(String service, Range range) {
    System.out.printf(
        Locale.ROOT, "%-12s %d to %d MiB%n", service, range.lowest >> 10, range.highest >> 10);
  }
}
