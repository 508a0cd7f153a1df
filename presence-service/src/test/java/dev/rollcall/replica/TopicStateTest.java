package dev.rollcall.replica;

import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.ana;
import static dev.rollcall.replica.Samples.entry;
import static dev.rollcall.replica.Samples.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.Pieces;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Roster;
import dev.rollcall.replica.TopicState.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TopicStateTest {
  private final TopicState state = new TopicState("room", 5, new Window(new Window.Bounds(0, 0)));

  @Test
  void theListChangesOnlyAtTheEndOfAWindow() {
    state.show(ana(N1, 1));
    assertThat(state.published().isEmpty()).isTrue();
    assertThat(state.number()).isEqualTo(5);
    Change diff = end();
    assertThat(diff.number()).isEqualTo(6);
    assertThat(diff.joins()).containsExactly(ana(N1, 1));
    assertThat(diff.leaves()).isEmpty();
    assertThat(state.published().all()).containsExactly(ana(N1, 1));
    assertThat(diff.digest()).isEqualTo(state.published().digest());
  }

  @Test
  void whatIsShownHasTheOpenWindowInIt() {
    state.show(ana(N1, 1));
    assertThat(state.shown("ana", ref(N1, 1))).isEqualTo(ana(N1, 1));
    end();
    state.hide(ana(N1, 1), Reason.CLOSED, 2);
    assertThat(state.shown("ana", ref(N1, 1))).isNull();
    assertThat(state.published().contains("ana", ref(N1, 1))).isTrue();
  }

  @Test
  void oneThatCameAndWentWithinAWindowWasNeverThere() {
    state.show(ana(N1, 1));
    state.hide(ana(N1, 1), Reason.CLOSED, 2);
    assertThat(state.endWindow(Integer.MAX_VALUE, 0)).isEmpty();
    assertThat(state.number()).isEqualTo(5);
  }

  @Test
  void oneThatWentAndCameWithinAWindowWasNeverAway() {
    state.show(ana(N1, 1));
    end();
    state.hide(ana(N1, 1), Reason.NODE_DOWN, 0);
    state.show(ana(N1, 1));
    assertThat(state.endWindow(Integer.MAX_VALUE, 0)).isEmpty();
    assertThat(state.published().all()).containsExactly(ana(N1, 1));
  }

  @Test
  void showingOrHidingTwiceIsOnce() {
    state.show(ana(N1, 1));
    state.show(ana(N1, 1));
    assertThat(end().joins()).hasSize(1);
    state.show(ana(N1, 1));
    assertThat(state.endWindow(Integer.MAX_VALUE, 0)).isEmpty();
    state.hide(ana(N1, 1), Reason.CLOSED, 2);
    state.hide(ana(N1, 1), Reason.IDLE, 3);
    assertThat(end().leaves()).containsExactly(new Leave(ref(N1, 1), Reason.CLOSED, 2));
  }

  @Test
  void hidingOneThatIsNotThereIsNothing() {
    state.hide(ana(N1, 1), Reason.CLOSED, 2);
    assertThat(state.endWindow(Integer.MAX_VALUE, 0)).isEmpty();
  }

  @Test
  void anUpdateIsALeaveAndAJoinOfOneDiff() {
    state.show(ana(N1, 1));
    end();
    update(2, 1);
    Change diff = end();
    assertThat(diff.leaves()).containsExactly(new Leave(ref(N1, 1), Reason.REPLACED, 2));
    assertThat(diff.joins()).containsExactly(ana(N1, 2).after(ref(N1, 1)));
  }

  @Test
  void severalUpdatesWithinAWindowAreOneThatFollowsOnWhatWasPublished() {
    state.show(ana(N1, 1));
    end();
    update(2, 1);
    update(3, 2);
    update(4, 3);
    Change diff = end();
    assertThat(diff.leaves()).containsExactly(new Leave(ref(N1, 1), Reason.REPLACED, 2));
    assertThat(diff.joins()).containsExactly(ana(N1, 4).after(ref(N1, 1)));
    assertThat(state.published().all()).isEqualTo(diff.joins());
  }

  @Test
  void oneThatCameAndWasUpdatedWithinAWindowFollowsOnNothing() {
    state.show(ana(N1, 1));
    update(2, 1);
    Change diff = end();
    assertThat(diff.leaves()).isEmpty();
    assertThat(diff.joins()).containsExactly(ana(N1, 2));
  }

  @Test
  void oneThatWasUpdatedAndWentWithinAWindowLeavesForTheLastReason() {
    state.show(ana(N1, 1));
    end();
    update(2, 1);
    state.hide(ana(N1, 2), Reason.KICKED, 3);
    Change diff = end();
    assertThat(diff.joins()).isEmpty();
    assertThat(diff.leaves()).extracting(Leave::reason).containsExactly(Reason.KICKED);
  }

  @Test
  void oneThatWasUpdatedTwiceAndWentWithinAWindowLeavesForTheLastReason() {
    state.show(ana(N1, 1));
    end();
    update(2, 1);
    update(3, 2);
    state.hide(ana(N1, 3), Reason.UNTRACKED, 4);
    assertThat(end().leaves()).extracting(Leave::reason).containsExactly(Reason.UNTRACKED);
  }

  @Test
  void anUpdateThatIsHiddenAndShownAgainWithinAWindowIsStillAnUpdate() {
    state.show(ana(N1, 1));
    end();
    update(2, 1);
    Entry updated = ana(N1, 2).after(ref(N1, 1));
    state.hide(updated, Reason.NODE_DOWN, 0);
    state.show(updated);
    Change diff = end();
    assertThat(diff.leaves()).extracting(Leave::reason).containsExactly(Reason.REPLACED);
    assertThat(diff.joins()).containsExactly(updated);
  }

  @Test
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void refsThatNameEachOtherInARingEndNowhere() {
    Entry first = ana(N1, 1).after(ref(N2, 1));
    Entry second = ana(N2, 1).after(ref(N1, 1));
    state.show(first);
    state.show(second);
    state.hide(first, Reason.CLOSED, 2);
    state.hide(second, Reason.CLOSED, 2);
    state.show(first);
    state.show(ana(N1, 3).after(ref(N1, 3)));
    assertThat(end().joins()).containsExactly(ana(N1, 1), ana(N1, 3));
  }

  @Test
  void numbersGoOnWithoutAGap() {
    for (long clock = 1; clock <= 3; clock++) {
      state.show(ana(N1, clock));
      assertThat(end().number()).isEqualTo(5 + clock);
    }
  }

  @Test
  void aLargeDiffIsCutIntoSeveralWithoutSplittingAKey() {
    String meta = "{\"a\":\"" + "x".repeat(1_000) + "\"}";
    for (int i = 1; i <= 300; i++) {
      String key = "user" + i / 3;
      state.show(new Entry(ref(N1, i), null, "room:1", key, meta));
    }
    List<Change> diffs = state.endWindow(Integer.MAX_VALUE, 0);
    assertThat(diffs).hasSizeGreaterThan(5);
    Roster folded = new Roster();
    List<String> keys = new ArrayList<>();
    long number = 5;
    for (Change diff : diffs) {
      number++;
      assertThat(diff.number()).isEqualTo(number);
      diff.joins().forEach(folded::add);
      assertThat(diff.digest()).isEqualTo(folded.digest());
      assertThat(diff.joins().stream().mapToInt(Entry::weight).sum())
          .isLessThan(Pieces.PIECE_BYTES + 4_000);
      keys.addAll(diff.joins().stream().map(Entry::key).distinct().toList());
    }
    assertThat(keys).doesNotHaveDuplicates();
    assertThat(folded.all()).isEqualTo(state.published().all());
    assertThat(state.number()).isEqualTo(number);
  }

  @Test
  void manyLeavesAreCutToo() {
    for (int i = 1; i <= 10_000; i++) {
      state.show(entry(N1, i, "room:1", "user" + i));
    }
    state.endWindow(Integer.MAX_VALUE, 0);
    for (int i = 1; i <= 10_000; i++) {
      state.hide(entry(N1, i, "room:1", "user" + i), Reason.NODE_DOWN, 0);
    }
    List<Change> diffs = state.endWindow(Integer.MAX_VALUE, 0);
    assertThat(diffs).hasSize(3);
    assertThat(diffs).allSatisfy(diff -> assertThat(diff.leaves()).hasSizeLessThan(5_000));
    assertThat(state.published().isEmpty()).isTrue();
    assertThat(diffs.get(2).digest()).isZero();
  }

  @Test
  void whatTheListHasNotYetIsToldByItsLowestClocks() {
    state.show(ana(N1, 1));
    end();
    assertThat(state.pendingFrom()).isEmpty();
    state.show(ana(N1, 7));
    state.show(ana(N1, 8));
    state.show(ana(N2, 3));
    state.hide(ana(N1, 1), Reason.CLOSED, 6);
    assertThat(state.pendingFrom()).isEqualTo(Map.of(N1, 6L, N2, 3L));
    state.hide(ana(N2, 3), Reason.CLOSED, 4);
    assertThat(state.pendingFrom()).containsOnlyKeys(N1);
  }

  @Test
  void aChangeWaitsForTheWindowOfTheOneBefore() {
    TopicState windowed = new TopicState("room", 0, new Window(new Window.Bounds(10, 500)));
    windowed.show(ana(N1, 1));
    assertThat(windowed.isDue(100)).isTrue();
    windowed.endWindow(Integer.MAX_VALUE, 100);
    windowed.show(ana(N1, 2));
    assertThat(windowed.isDue(109)).isFalse();
    assertThat(windowed.isDue(110)).isTrue();
  }

  @Test
  void aWindowThatChangedNothingMakesNobodyWait() {
    TopicState windowed = new TopicState("room", 0, new Window(new Window.Bounds(10, 500)));
    windowed.show(ana(N1, 1));
    windowed.hide(ana(N1, 1), Reason.CLOSED, 2);
    windowed.endWindow(Integer.MAX_VALUE, 100);
    assertThat(windowed.isDue(101)).isTrue();
  }

  private void update(long clock, long previous) {
    state.hide(state.shown("ana", ref(N1, previous)), Reason.REPLACED, clock);
    state.show(ana(N1, clock).after(ref(N1, previous)));
  }

  private Change end() {
    List<Change> diffs = state.endWindow(Integer.MAX_VALUE, 0);
    assertThat(diffs).hasSize(1);
    return diffs.get(0);
  }
}
