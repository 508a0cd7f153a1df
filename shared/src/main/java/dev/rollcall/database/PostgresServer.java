package dev.rollcall.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates, starts and stops the server of one folder. Whoever calls holds the folder's lock. */
final class PostgresServer {
  static final String LOOPBACK = "127.0.0.1";
  static final String USER = "rollcall";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
  private static final long KILL_TIMEOUT_SECONDS = 10;

  private final DataFolder folder;
  private final PostgresBinaries binaries;

  PostgresServer(DataFolder folder, PostgresBinaries binaries) {
    this.folder = folder;
    this.binaries = binaries;
  }

  /** Prepared aside and renamed when whole: one that is interrupted is made again. */
  void initialize() throws IOException {
    LOG.info("Creating a PostgreSQL in {}", folder);
    Path prepared = folder.prepared();
    DataFolder.delete(prepared);
    String password = newPassword();
    binaries.run(
        "initdb",
        List.of(
            "--pgdata=" + prepared,
            "--username=" + USER,
            "--pwfile=/dev/stdin",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-instructions"),
        password);
    // Nobody else may enter the folder that initdb makes.
    Files.writeString(prepared.resolve(folder.password().getFileName()), password);
    Files.move(prepared, folder.data());
  }

  /** Returns once the server takes connections. */
  void start(int port) throws IOException {
    Files.deleteIfExists(folder.log());
    String options =
        "-p %d -c listen_addresses=%s -c unix_socket_directories= -c max_connections=200"
            .formatted(port, LOOPBACK);
    try {
      binaries.run(
          "pg_ctl",
          List.of(
              "start",
              "--pgdata=" + folder.data(),
              "--log=" + folder.log(),
              "--options=" + options,
              "--wait",
              "--timeout=60"),
          "");
    } catch (IOException failure) {
      throw new IOException(lastWords().orElse(failure.getMessage()), failure);
    }
  }

  /** Ends the connections, writes everything and returns once the server is gone. */
  void stop() throws IOException {
    if (folder.postmaster().flatMap(server -> ProcessHandle.of(server.pid())).isEmpty()) {
      return;
    }
    binaries.run(
        "pg_ctl",
        List.of("stop", "--pgdata=" + folder.data(), "--mode=fast", "--wait", "--timeout=30"),
        "");
  }

  /** Ends a server that nobody holds the lock of; returns whether there was one. */
  static boolean stopLeftover(DataFolder folder) throws IOException {
    Optional<Postmaster> postmaster = folder.postmaster();
    Optional<ProcessHandle> process = postmaster.flatMap(left -> left.process(folder.data()));
    if (process.isPresent()) {
      LOG.info("Ending the PostgreSQL that was left running in {}", folder);
      stop(folder, process.get());
    } else if (postmaster.filter(left -> left.isAnother(folder.data())).isPresent()) {
      Postmaster.forget(folder.data());
    }
    return process.isPresent();
  }

  private static void stop(DataFolder folder, ProcessHandle process) throws IOException {
    Path program = Postmaster.program(process).orElseThrow();
    try {
      new PostgresServer(folder, PostgresBinaries.beside(program)).stop();
    } catch (IOException failure) {
      LOG.warn("Killing the PostgreSQL in {}, which does not stop", folder);
      kill(process);
    }
  }

  /** Loses nothing: what was committed is in the server's own log, which the next start replays. */
  private static void kill(ProcessHandle process) throws IOException {
    process.destroyForcibly();
    try {
      process.onExit().get(KILL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IOException("process " + process.pid() + " can't be ended", failure);
    }
  }

  /** Returns why the server gave up: the last line of its log that says so. */
  private Optional<String> lastWords() throws IOException {
    if (!Files.exists(folder.log())) {
      return Optional.empty();
    }
    return Files.readAllLines(folder.log(), StandardCharsets.ISO_8859_1).stream()
        .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
        .reduce((earlier, later) -> later);
  }

  private static String newPassword() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
