package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {
  private final Window window = new Window(new Window.Bounds(10, 500));

  @Test
  void theFirstChangeGoesOutAtOnce() {
    assertThat(window.isDue(0)).isTrue();
  }

  @Test
  void whatFollowsWaitsForTheEndOfTheNarrowestWindow() {
    window.next(1, 1, 1_000);
    assertThat(window.isDue(1_009)).isFalse();
    assertThat(window.isDue(1_010)).isTrue();
  }

  @Test
  void diffsOfSeveralChangesWidenItToItsMaximum() {
    long now = 1_000;
    for (int i = 0; i < 10; i++) {
      long width = next(4, 10, now);
      assertThat(width).isEqualTo(Math.min(500, 10L << (i + 1)));
      now += width;
    }
  }

  @Test
  void aFewChangesLeaveItAsItIs() {
    next(4, 10, 1_000);
    assertThat(next(3, 10, 1_020)).isEqualTo(20);
    assertThat(next(2, 10, 1_040)).isEqualTo(20);
  }

  @Test
  void singleChangesNarrowItAgain() {
    widen();
    assertThat(next(1, 10, 10_000)).isEqualTo(250);
    assertThat(next(1, 10, 10_250)).isEqualTo(125);
    assertThat(next(1, 10, 10_375)).isEqualTo(62);
  }

  @Test
  void aQuietTimeNarrowsItToo() {
    widen();
    assertThat(next(3, 10, 60_000)).isEqualTo(250);
  }

  @Test
  void oneThatMayBeNothingWidensToo() {
    Window narrow = new Window(new Window.Bounds(0, 500));
    for (int i = 0; i < 4; i++) {
      narrow.next(20, 40, 1_000);
    }
    assertThat(narrow.isDue(1_015)).isFalse();
    assertThat(narrow.isDue(1_016)).isTrue();
  }

  @Test
  void itIsWiderForALargeTopicButNeverWiderThanItsMaximum() {
    assertThat(next(1, 10_000, 1_000)).isEqualTo(200);
    assertThat(next(1, 10_000, 2_000)).isEqualTo(200);
    assertThat(next(1, 1_000_000, 3_000)).isEqualTo(500);
  }

  @Test
  void aThousandWhoJoinWithinThreeSecondsAreSomeFifteenDiffs() {
    int diffs = 0;
    int changes = 0;
    int size = 0;
    for (long now = 0; now < 3_000 || changes > 0; now++) {
      if (now < 3_000 && now % 3 == 0) {
        changes++;
        size++;
      }
      if (now % 5 == 0 && changes > 0 && window.isDue(now)) {
        window.next(changes, size, now);
        changes = 0;
        diffs++;
      }
    }
    assertThat(diffs).isBetween(10, 20);
  }

  private void widen() {
    long now = 1_000;
    for (int i = 0; i < 10; i++) {
      now += next(100, 10, now);
    }
  }

  /** A diff goes out; returns how long the next one has to wait. */
  private long next(int changes, int size, long now) {
    window.next(changes, size, now);
    long due = now;
    while (!window.isDue(due)) {
      due++;
    }
    return due - now;
  }
}
