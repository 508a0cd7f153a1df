package dev.rollcall.system.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One server, seen from the process that measures it; see {@link ServerLife} for its own side. */
final class ServerProcess implements AutoCloseable {
  /** What Hazelcast asks of the module system, given to both sides. */
  private static final List<String> MODULES =
      List.of(
          "--add-modules=java.se",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED",
          "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

  private static final long ANSWER_SECONDS = 90;
  private static final long END_SECONDS = 10;

  private final Process process;
  private final BufferedReader answers;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.US_ASCII);
    this.log = log;
  }

  /**
   * Starts a server.
   *
   * @param pin what goes before the command, or nothing
   * @param flags of its virtual machine
   */
  static ServerProcess start(
      Class<?> main, ServerSettings settings, List<String> pin, List<String> flags)
      throws IOException {
    Path log = Path.of("target", "bench", main.getSimpleName() + "-" + settings.number() + ".log");
    Files.createDirectories(log.getParent());
    List<String> command = new ArrayList<>(pin);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(MODULES);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("ROLLCALL_"));
    builder.environment().putAll(settings.environment());
    return new ServerProcess(builder.start(), log);
  }

  void awaitReady() throws InterruptedException {
    String line = answer();
    if (!ServerLife.READY.equals(line)) {
      throw new IllegalStateException("a server says " + line + "; see " + log.toAbsolutePath());
    }
  }

  long pid() {
    return process.pid();
  }

  /** Asks for a number, by one of the questions that {@link ServerLife} knows. */
  long ask(String question) throws IOException, InterruptedException {
    process.outputWriter(StandardCharsets.US_ASCII).append(question).append('\n').flush();
    return Long.parseLong(answer());
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException | InterruptedException unclear) {
      process.destroyForcibly();
    }
  }

  private String answer() throws InterruptedException {
    try {
      return CompletableFuture.supplyAsync(this::readLine).get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException fault) {
      throw new IllegalStateException("no answer; see " + log.toAbsolutePath(), fault);
    }
  }

  private String readLine() {
    try {
      return answers.readLine();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
