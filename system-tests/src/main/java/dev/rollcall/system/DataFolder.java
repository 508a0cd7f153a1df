package dev.rollcall.system;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder of the database and the logs, held by one process at a time.
 *
 * <p>The lock is the operating system's: it goes when its holder ends, however it ends.
 */
final class DataFolder implements AutoCloseable {

  private final Path path;
  private final FileLock lock;

  private DataFolder(Path path, FileLock lock) {
    this.path = path;
    this.lock = lock;
  }

  static DataFolder take(Path path) throws StartFailure {
    try {
      Files.createDirectories(path);
      return new DataFolder(path, lock(path));
    } catch (IOException failure) {
      throw new StartFailure("cannot write to the data folder " + path + ": " + failure);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    lock.acquiredBy().close();
  }

  private static FileLock lock(Path folder) throws IOException, StartFailure {
    Path file = folder.resolve("lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      String holder = Files.readString(file, StandardCharsets.US_ASCII).strip();
      channel.close();
      throw new StartFailure(
          String.format(
              "The data folder %s is in use by process %s: end it, or name another folder with"
                  + " --data DIR (and other ports with --port-offset N)",
              folder, holder));
    }
    channel.truncate(0);
    channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
    return lock;
  }
}
