package dev.rollcall.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL for development: a real server, out of Maven artifacts, with its data in a folder
 * that outlives it. It listens on loopback alone and asks for a password, which is kept in its
 * folder.
 *
 * <p>The server is a process of its own. It ends with {@link #close}. When the process that started
 * it is killed it lives on, and the next start on that folder finds and ends it.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

  /** The one that every server has. */
  private static final String DATABASE = "postgres";

  /** A first start, with its unpacking, takes some 10 s on a slow machine. */
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(60);

  private static final long FULL_DISK_BYTES = 1 << 20;

  private final DataFolder folder;
  private final DatabaseConfig config;
  private final Runnable end;
  private boolean closed;

  private EmbeddedDatabase(DataFolder folder, DatabaseConfig config, Runnable end) {
    this.folder = folder;
    this.config = config;
    this.end = end;
  }

  /**
   * The server as a process of its own: {@code ROLLCALL_DATA_DIR}, {@code ROLLCALL_DATABASE_PORT}
   * and {@code ROLLCALL_EXIT_WITH_PARENT} in the environment, one line {@code database ready URL}
   * on standard output once it can be used, or one line on standard error and exit code 1. Ends
   * with SIGTERM, with the server, and with standard input where that is asked for.
   */
  public static void main(String[] args) {
    EmbeddedDatabaseProcess.run(System.getenv());
  }

  /**
   * Starts the server, creating its data at the first time. Blocks for 1 to 15 s.
   *
   * @param dataDir the folder of data and programs
   * @param port where to listen; 0 takes any free port
   * @throws DatabaseStartException when the port is taken, the disk is full, or another living
   *     process runs this folder's server
   */
  public static EmbeddedDatabase start(Path dataDir, int port) {
    DataFolder folder = DataFolder.of(dataDir);
    return tryStart(folder, port)
        .orElseThrow(
            () -> new DatabaseStartException("another process runs the database in " + folder));
  }

  /**
   * Starts the server or, when another living process runs it, uses that one, which {@link #close}
   * then leaves alone. Blocks as {@link #start}.
   */
  static EmbeddedDatabase startOrJoin(Path dataDir, int port) {
    DataFolder folder = DataFolder.of(dataDir);
    long deadline = System.nanoTime() + JOIN_TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<EmbeddedDatabase> database = tryStart(folder, port).or(() -> tryJoin(folder));
      if (database.isPresent()) {
        return database.get();
      }
      pause();
    }
    throw new DatabaseStartException(
        "the database that another process starts in " + folder + " does not get ready");
  }

  /**
   * Ends a server that a crashed process left running on this folder. Blocks for some seconds.
   *
   * @return whether there was one; false too while the process that started it lives
   */
  public static boolean stopLeftover(Path dataDir) {
    DataFolder folder = DataFolder.of(dataDir);
    if (!Files.exists(folder.data())) {
      return false;
    }
    try {
      Optional<DataFolder.Lock> lock = folder.lock();
      try {
        return lock.isPresent() && PostgresServer.stopLeftover(folder);
      } finally {
        lock.ifPresent(DataFolder.Lock::release);
      }
    } catch (IOException failure) {
      throw explained(folder, failure);
    }
  }

  public DatabaseConfig config() {
    return config;
  }

  /** Completes when the server's process has ended, in whatever way. */
  CompletableFuture<Void> ended() {
    return folder
        .postmaster()
        .flatMap(postmaster -> ProcessHandle.of(postmaster.pid()))
        .map(process -> process.onExit().<Void>thenApply(ended -> null))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /** Ends the server once everything is written. Blocks for about a second. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      end.run();
    }
  }

  private static Optional<EmbeddedDatabase> tryStart(DataFolder folder, int port) {
    try {
      Optional<DataFolder.Lock> lock = folder.lock();
      return lock.isPresent()
          ? Optional.of(startLocked(folder, port, lock.get()))
          : Optional.empty();
    } catch (IOException failure) {
      throw explained(folder, failure);
    }
  }

  private static EmbeddedDatabase startLocked(DataFolder folder, int port, DataFolder.Lock lock)
      throws IOException {
    EmbeddedDatabase database = null;
    try {
      PostgresServer.stopLeftover(folder);
      int free = freePort(port);
      PostgresServer server = new PostgresServer(folder, PostgresBinaries.unpack(folder.root()));
      if (!folder.initialized()) {
        server.initialize();
      }
      server.start(free);
      database =
          new EmbeddedDatabase(folder, config(folder, free), () -> stop(folder, server, lock));
    } finally {
      if (database == null) {
        lock.release();
      }
    }
    return database;
  }

  private static void stop(DataFolder folder, PostgresServer server, DataFolder.Lock lock) {
    try {
      server.stop();
    } catch (IOException failure) {
      LOG.warn("The PostgreSQL in {} did not stop: {}", folder, failure.getMessage());
    } finally {
      lock.release();
    }
  }

  private static Optional<EmbeddedDatabase> tryJoin(DataFolder folder) {
    Optional<Postmaster> server = folder.postmaster().filter(Postmaster::ready);
    try {
      return server.isPresent()
          ? Optional.of(new EmbeddedDatabase(folder, config(folder, server.get().port()), () -> {}))
          : Optional.empty();
    } catch (IOException failure) {
      throw explained(folder, failure);
    }
  }

  private static DatabaseConfig config(DataFolder folder, int port) throws IOException {
    String password = Files.readString(folder.password()).strip();
    return new DatabaseConfig(
        PostgresServer.LOOPBACK,
        port,
        DATABASE,
        PostgresServer.USER,
        password,
        DatabaseConfig.Tls.DISABLE);
  }

  private static int freePort(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return socket.getLocalPort();
    } catch (IOException taken) {
      throw new DatabaseStartException("port " + port + " of the database is taken", taken);
    }
  }

  private static DatabaseStartException explained(DataFolder folder, IOException failure) {
    String reason = String.valueOf(failure.getMessage()).replaceAll("\\s*\\R\\s*", "; ");
    if (failure instanceof AccessDeniedException) {
      reason = "no permission to write " + reason;
    } else if (reason.contains("No space left on device") || diskFull(folder)) {
      reason = "the disk is full";
    }
    return new DatabaseStartException(
        "PostgreSQL can't run in %s: %s".formatted(folder, reason), failure);
  }

  private static boolean diskFull(DataFolder folder) {
    try {
      return Files.getFileStore(folder.root()).getUsableSpace() < FULL_DISK_BYTES;
    } catch (IOException unknown) {
      return false;
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DatabaseStartException("interrupted while the database started", interrupted);
    }
  }
}
