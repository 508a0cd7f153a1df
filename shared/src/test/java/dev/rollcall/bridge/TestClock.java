package dev.rollcall.bridge;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Stands still until it is moved. */
final class TestClock implements InstantSource {
  private volatile Instant now = Instant.now();

  @Override
  public Instant instant() {
    return now;
  }

  void move(Duration by) {
    now = now.plus(by);
  }

  long seconds() {
    return now.getEpochSecond();
  }
}
