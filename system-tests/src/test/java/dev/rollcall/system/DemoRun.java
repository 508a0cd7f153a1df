package dev.rollcall.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One run of {@code ./demo}, and everything that it started. */
final class DemoRun {

  private static final Duration END_WITHIN = Duration.ofSeconds(20);

  /** A build server may start its jobs with SIGINT ignored, and a shell cannot undo that. */
  private static final List<String> AS_FROM_A_TERMINAL =
      List.of("env", "--default-signal=INT,HUP,TERM");

  private final Process process;
  private final Path data;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();

  private DemoRun(Process process, Path data) {
    this.process = process;
    this.data = data;
    this.reader = new Thread(this::read, "output of ./demo");
  }

  static DemoRun start(Path data, Layout layout, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("os.name").equals("Linux")) {
      command.addAll(AS_FROM_A_TERMINAL);
    }
    command.addAll(demo(data, layout, options));
    return start(data, command);
  }

  /** In a pseudo-terminal, whose keyboard is what {@link #type} writes. */
  static DemoRun startInTerminal(Path data, Layout layout, String... options) throws IOException {
    List<String> command = new ArrayList<>(AS_FROM_A_TERMINAL);
    command.addAll(List.of("script", "--quiet", "--return", "--command"));
    command.add("exec " + String.join(" ", demo(data, layout, options)));
    command.add("/dev/null");
    return start(data, command);
  }

  private static List<String> demo(Path data, Layout layout, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Installation.aroundHere().root().resolve("demo").toString());
    command.addAll(List.of("--no-build", "--data", data.toString()));
    command.addAll(List.of("--port-offset", String.valueOf(layout.offset())));
    command.addAll(List.of(options));
    return command;
  }

  private static DemoRun start(Path data, List<String> command) throws IOException {
    DemoRun run = new DemoRun(new ProcessBuilder(command).redirectErrorStream(true).start(), data);
    run.reader.setDaemon(true);
    run.reader.start();
    return run;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** The child whose command contains this, such as {@code chat-service}. */
  ProcessHandle child(String part) {
    return children().stream()
        .filter(child -> child.info().commandLine().orElse("").contains(part))
        .findFirst()
        .orElseThrow();
  }

  /** Also those that are no descendants any more, as PostgreSQL detaches itself. */
  Set<ProcessHandle> children() {
    Predicate<ProcessHandle> onTheData =
        other -> other.info().commandLine().orElse("").contains(data.toString());
    return Stream.concat(process.descendants(), ProcessHandle.allProcesses().filter(onTheData))
        .filter(child -> !child.equals(handle()))
        .collect(Collectors.toSet());
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  void type(int character) throws IOException {
    process.getOutputStream().write(character);
    process.getOutputStream().flush();
  }

  /** Waits for a line that contains these words; fails when it ends or the time is over. */
  String awaitLine(String words, Duration within) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    synchronized (lines) {
      while (true) {
        for (String line : lines) {
          if (line.contains(words)) {
            return line;
          }
        }
        long left = deadline - System.nanoTime();
        if (left <= 0 || !reader.isAlive()) {
          throw new AssertionError("no line with \"" + words + "\" in " + lines);
        }
        lines.wait(Math.max(1, Math.min(TimeUnit.NANOSECONDS.toMillis(left), 1_000)));
      }
    }
  }

  /** The exit code, once it has ended; fails when it takes too long. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + END_WITHIN.toSeconds() + " s: " + output());
    }
    reader.join(END_WITHIN.toMillis());
    return process.exitValue();
  }

  /** Waits until each of them has ended; fails when one takes too long. */
  static void awaitEnd(Set<ProcessHandle> processes)
      throws InterruptedException, ExecutionException {
    for (ProcessHandle child : processes) {
      try {
        child.onExit().get(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException left) {
        throw new AssertionError("left behind: " + child.info(), left);
      }
    }
  }

  List<String> output() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  void close() throws InterruptedException {
    Set<ProcessHandle> left = children();
    process.destroy();
    if (!process.waitFor(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
    }
    left.forEach(ProcessHandle::destroyForcibly);
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException closed) {
      // It ended, and with it the pipe.
    }
  }
}
