package dev.rollcall.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long a thread was ready to run while others had the machine's cores. That is no fault of what
 * it runs. Linux tells; elsewhere it is never.
 */
final class TurnWaits {
  private final Path schedstat;

  private TurnWaits(Path schedstat) {
    this.schedstat = schedstat;
  }

  static TurnWaits ofCurrentThread() {
    Path thread = Path.of("/proc/thread-self");
    try {
      return new TurnWaits(
          Files.exists(thread) ? thread.toRealPath().resolve("schedstat") : thread);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** Returns the nanoseconds since the thread began. */
  long nanos() {
    try {
      return Files.exists(schedstat)
          ? Long.parseLong(Files.readString(schedstat).split(" ", -1)[1])
          : 0;
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
