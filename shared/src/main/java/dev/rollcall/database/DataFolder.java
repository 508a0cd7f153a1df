package dev.rollcall.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What the embedded server keeps: its data in {@code postgres}, its programs beside it, and a lock
 * that the process which runs the server holds for as long as it lives. So a server without a
 * holder of the lock is one that a crash left behind.
 */
final class DataFolder {
  /**
   * The folders locked by this JVM. Asked first, because on POSIX opening and closing a file
   * releases every lock that the same process holds on it.
   */
  private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

  private final Path root;

  private DataFolder(Path root) {
    this.root = root;
  }

  static DataFolder of(Path root) {
    return new DataFolder(root.toAbsolutePath().normalize());
  }

  Path root() {
    return root;
  }

  /** Only its owner may enter it: PostgreSQL insists. */
  Path data() {
    return root.resolve("postgres");
  }

  Path log() {
    return data().resolve("server.log");
  }

  Path password() {
    return data().resolve("rollcall.password");
  }

  /** A place to prepare {@link #data} in, which becomes it by a rename. */
  Path prepared() {
    return root.resolve("postgres.partial");
  }

  boolean initialized() {
    return Files.exists(data().resolve("PG_VERSION"));
  }

  Optional<Postmaster> postmaster() {
    return Postmaster.read(data());
  }

  /** Returns the lock, or nothing when a living process has it: this one or another. */
  Optional<Lock> lock() throws IOException {
    Files.createDirectories(root);
    if (!LOCKED.add(root)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    FileLock lock = null;
    try {
      channel =
          FileChannel.open(
              root.resolve("postgres.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = channel.tryLock();
    } finally {
      if (lock == null) {
        LOCKED.remove(root);
        close(channel);
      }
    }
    FileChannel held = channel;
    return Optional.ofNullable(lock).map(locked -> () -> unlock(held));
  }

  /** Held until released, or until this process ends in whatever way. */
  interface Lock {
    void release();
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }

  private void unlock(FileChannel channel) {
    close(channel);
    LOCKED.remove(root);
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
