package dev.rollcall.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A child process: its output goes to a log file, and it is asked whether it is ready.
 *
 * <p>Its standard input is a pipe that nothing is ever written to. The system closes the pipe when
 * this process ends, however it ends, and that tells the child to end too.
 *
 * <p>Ctrl-C and the closing of a terminal reach every process of the foreground group at once, and
 * would end the database before the services that still use it. A child therefore ignores SIGINT
 * and SIGHUP, from before its first instruction, and ends on SIGTERM, which is sent in order.
 */
public final class ServiceProcess {

  private static final List<String> DEAF_TO_THE_TERMINAL =
      List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");

  private static final int LINES_OF_A_FAILURE = 3;

  private final String name;
  private final Path log;
  private final Process process;
  private final Predicate<ServiceProcess> readiness;

  private ServiceProcess(
      String name, Path log, Process process, Predicate<ServiceProcess> readiness) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.readiness = readiness;
  }

  /**
   * Starts a child at once, with a log file of its own that begins anew.
   *
   * @param environment what is added to this process' environment
   * @param readiness asked again and again; must answer within about a second
   * @throws IOException when there is no such program, or no log can be written
   */
  public static ServiceProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Predicate<ServiceProcess> readiness)
      throws IOException {
    Files.createDirectories(log.getParent());
    List<String> words = new ArrayList<>(DEAF_TO_THE_TERMINAL);
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words);
    // What the caller's shell says of Rollcall is not meant for every one of the children.
    builder.environment().keySet().removeIf(key -> key.startsWith("ROLLCALL_"));
    builder.environment().remove("DATABASE_URL");
    builder.environment().putAll(environment);
    builder.environment().put("ROLLCALL_EXIT_WITH_PARENT", "true");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new ServiceProcess(name, log, builder.start(), readiness);
  }

  public String name() {
    return name;
  }

  public Path log() {
    return log;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  public boolean ready() {
    return alive() && readiness.test(this);
  }

  /** Empty while it runs. 128 and the signal's number after a signal. */
  public OptionalInt exitCode() {
    return alive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  public CompletableFuture<ServiceProcess> ended() {
    return process.onExit().thenApply(done -> this);
  }

  /** True when it has ended by then. */
  public boolean endsWithin(Duration wait) throws InterruptedException {
    return process.waitFor(Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS);
  }

  /** SIGTERM: an ordered end, which takes its time. */
  public void terminate() {
    // Not Process.destroy, which also closes the child's standard input: one order to end suffices.
    process.toHandle().destroy();
  }

  /** SIGKILL: it ends without a last word. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** What it wrote so far, a line each. */
  public List<String> output() {
    try {
      String written = Files.readString(log, StandardCharsets.ISO_8859_1);
      return written.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException unreadable) {
      return List.of(log + " cannot be read: " + unreadable.getMessage());
    }
  }

  /** Its last words without the frames of a stack trace. */
  public List<String> lastWords() {
    List<String> words =
        output().stream().filter(line -> !Character.isWhitespace(line.charAt(0))).toList();
    return words.subList(Math.max(0, words.size() - LINES_OF_A_FAILURE), words.size());
  }
}
