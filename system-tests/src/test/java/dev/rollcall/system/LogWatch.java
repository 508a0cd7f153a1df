package dev.rollcall.system;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for a line in the log of a process; the file system tells when there is more of it. */
final class LogWatch {
  /** A process that has died writes nothing more, so that nobody would be told. */
  private static final long ALIVE_MILLIS = 500;

  private LogWatch() {}

  /** Returns the first such line from the one of that index on. */
  static String await(
      ServiceProcess process, int fromLine, Predicate<String> wanted, Duration within)
      throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + within.toNanos();
    try (WatchService changes = process.log().getFileSystem().newWatchService()) {
      process.log().getParent().register(changes, ENTRY_CREATE, ENTRY_MODIFY);
      while (true) {
        Optional<String> line = process.output().stream().skip(fromLine).filter(wanted).findFirst();
        if (line.isPresent()) {
          return line.get();
        }
        if (!process.alive() || System.nanoTime() > deadlineNanos) {
          throw new IllegalStateException(
              "not within " + within + ": " + process.name() + " says " + process.lastWords());
        }
        WatchKey changed = changes.poll(ALIVE_MILLIS, TimeUnit.MILLISECONDS);
        if (changed != null) {
          changed.pollEvents();
          changed.reset();
        }
      }
    }
  }
}
