package dev.rollcall.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is reachable in another JVM. */
final class LiveObjects {
  /** Number, instances, bytes, class. */
  private static final Pattern LINE = Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +(\\S+)");

  private static final Pattern COUNTED =
      Pattern.compile("dev\\.rollcall\\..*|io\\.vertx\\.core\\.impl\\.VertxImpl\\$.*Timer.*");

  private LiveObjects() {}

  /** Returns how many objects there are of Rollcall's classes, and of timers, by class. */
  static Map<String, Long> of(long pid) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process process =
        new ProcessBuilder(jcmd, String.valueOf(pid), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("jcmd failed: " + text);
    }
    Map<String, Long> counts = new TreeMap<>();
    Matcher lines = LINE.matcher(text);
    while (lines.find()) {
      if (COUNTED.matcher(lines.group(2)).matches()) {
        counts.merge(lines.group(2), Long.valueOf(lines.group(1)), Long::sum);
      }
    }
    return counts;
  }
}
