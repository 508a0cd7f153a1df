package dev.rollcall.replica;

import static dev.rollcall.replica.Driver.beat;
import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.R1;
import static dev.rollcall.replica.Samples.R2;
import static dev.rollcall.replica.Samples.add;
import static dev.rollcall.replica.Samples.entry;
import static dev.rollcall.replica.Samples.ref;
import static dev.rollcall.replica.Samples.remove;
import static dev.rollcall.replica.Samples.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node does while much that it did before waits for its turn: all is seen in its order. */
class BacklogTest {
  private static final int CROWD = 20;

  private final Driver driver = new Driver(2);

  @BeforeEach
  void aCrowdIsShown() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    for (int clock = 1; clock <= CROWD; clock++) {
      driver.operate(N1, add(person(clock, clock)));
    }
    drain();
    driver.outbox.clear();
  }

  @Test
  void oneThatLeavesBeforeItsTurnLeavesForItsOwnReason() {
    updateAll();
    driver.operate(N1, remove(201, 120));
    drain();
    assertThat(leaves())
        .filteredOn(leave -> leave.reason() == Reason.CLOSED)
        .extracting(Leave::ref)
        .containsExactly(ref(N1, 120));
    assertThat(driver.lobby()).hasSize(CROWD - 1);
  }

  @Test
  void oneThatIsUpdatedBeforeItsTurnIsSeenOnce() {
    updateAll();
    driver.operate(N1, update(person(201, CROWD).after(ref(N1, 120))));
    do {
      driver.flush();
      Query user = new Query(LOBBY, Query.Kind.GET, "user" + CROWD, 0);
      assertThat(driver.replica.answer(user, driver.now).entries()).hasSize(1);
    } while (driver.replica.isPending());
    assertThat(driver.lobby()).extracting(Entry::ref).contains(ref(N1, 201));
  }

  @Test
  void oneThatCameAndWentBeforeItsTurnLeavesNothing() {
    updateAll();
    driver.operate(N1, add(person(201, 21)), update(person(202, 21).after(ref(N1, 201))));
    driver.operate(N1, remove(203, 202));
    drain();
    assertThat(driver.lobby()).hasSize(CROWD).noneMatch(entry -> entry.key().equals("user21"));
  }

  @Test
  void anUpdateOfANodeThatIsBeingHiddenIsNoReplacement() {
    fallSilent();
    driver.operate(N1, update(person(21, CROWD).after(ref(N1, CROWD))));
    drain();
    assertThat(leaves()).hasSize(CROWD).allMatch(leave -> leave.reason() == Reason.NODE_DOWN);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void whatANodeDidWhileItWasBeingHiddenIsShownWithIt() {
    fallSilent();
    driver.operate(N1, add(person(21, 21)), remove(22, 1));
    driver.pass(250, R1, R2, N1, N2);
    drain();
    assertThat(driver.lobby())
        .extracting(Entry::ref)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(2, 21).mapToObj(clock -> ref(N1, clock)).toList());
  }

  @Test
  void oneThatIsForgottenAndHeardAgainAtOnceIsSeen() {
    driver.pass(603_500, R1, R2, N2);
    while (driver.replica.counts().nodesDown() > 0) {
      driver.now += 250;
      driver.beatOf(R1, R2, N2);
      driver.tick();
    }
    driver.receive(beat(N1, 1_000_000, CROWD));
    driver.receive(
        new Delta(
            N1,
            0,
            LongStream.rangeClosed(1, CROWD)
                .mapToObj(clock -> add(person(clock, (int) clock)))
                .toList()));
    drain();
    assertThat(driver.lobby()).hasSize(CROWD);
    assertThat(driver.replica.counts().presences()).isEqualTo(CROWD);
  }

  /** A snapshot that updates all is worked off in part. */
  private void updateAll() {
    List<Entry> updated = new ArrayList<>();
    for (int clock = 1; clock <= CROWD; clock++) {
      updated.add(person(100 + clock, clock).after(ref(N1, clock)));
    }
    driver.receive(new Snapshot(N1, N1, 200, 0, 1, updated));
    assertThat(driver.replica.counts().unfinished()).isGreaterThan(2);
  }

  private void fallSilent() {
    driver.pass(3_750, R1, R2, N2);
    driver.now += 250;
    driver.tick();
    assertThat(driver.replica.counts().unfinished()).isGreaterThan(2);
  }

  private void drain() {
    do {
      driver.flush();
    } while (driver.replica.isPending());
    assertEachReplacementIsSeen();
  }

  private void assertEachReplacementIsSeen() {
    for (Diff diff : driver.outbox.messages(Diff.class)) {
      List<Ref> previous =
          diff.joins().stream().map(Entry::previous).filter(Objects::nonNull).toList();
      assertThat(diff.leaves())
          .filteredOn(leave -> leave.reason() == Reason.REPLACED)
          .allMatch(leave -> previous.contains(leave.ref()));
    }
  }

  private List<Leave> leaves() {
    return driver.outbox.messages(Diff.class).stream()
        .flatMap(diff -> diff.leaves().stream())
        .toList();
  }

  private static Entry person(long clock, int number) {
    return entry(N1, clock, LOBBY, "user" + number);
  }
}
