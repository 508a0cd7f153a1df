package dev.rollcall.presence;

import static dev.rollcall.presence.Samples.N1;
import static dev.rollcall.presence.Samples.N2;
import static dev.rollcall.presence.Samples.add;
import static dev.rollcall.presence.Samples.delta;
import static dev.rollcall.presence.Samples.entry;
import static dev.rollcall.presence.Samples.ref;
import static dev.rollcall.presence.Samples.remove;
import static dev.rollcall.presence.Samples.replace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartTest {
  private static final int LOG_LIMIT = 3;
  private static final int SEEDS = 200;
  private static final String BIG = "\"" + "x".repeat(4_000) + "\"";

  private final List<String> heard = new ArrayList<>();
  private final Part part = new Part(N1, LOG_LIMIT, new Heard());

  @Test
  void aDeltaAppliesWhereItContinuesTheClock() {
    assertThat(part.apply(delta(N1, add(N1, 1, "ana"), add(N1, 2, "bob")))).isTrue();
    assertThat(part.apply(delta(N1, remove(3, 1, Reason.IDLE)))).isTrue();
    assertThat(part.clock()).isEqualTo(3);
    assertThat(part.entries()).containsExactly(entry(N1, 2, "bob"));
    assertThat(heard).containsExactly("+1", "+2", "-1 idle at 3");
  }

  @Test
  void aDeltaAfterAGapDoesNotApplyAtAll() {
    part.apply(delta(N1, add(N1, 1, "ana")));
    assertThat(part.apply(delta(N1, add(N1, 3, "bob"), add(N1, 4, "eve")))).isFalse();
    assertThat(part.clock()).isEqualTo(1);
    assertThat(heard).containsExactly("+1");
  }

  @Test
  void ofADeltaThatOverlapsOnlyWhatIsNewApplies() {
    part.apply(delta(N1, add(N1, 1, "ana"), add(N1, 2, "bob")));
    Delta overlapping = delta(N1, add(N1, 2, "bob"), remove(3, 2, Reason.KICKED));
    assertThat(part.apply(overlapping)).isTrue();
    assertThat(part.apply(overlapping)).as("repeated").isTrue();
    assertThat(heard).containsExactly("+1", "+2", "-2 kicked at 3");
  }

  @Test
  void aSnapshotThatHasOneRefTwiceIsHeardOfOnce() {
    part.apply(5, List.of(entry(N1, 1, "ana"), entry(N1, 1, "bob")));
    part.apply(delta(N1, remove(6, 1, Reason.CLOSED)));
    assertThat(part.entries()).isEmpty();
    assertThat(heard).containsExactly("+1", "-1 closed at 6");
  }

  @Test
  void aSnapshotHasOnlyWhatItsNodeAddedUpToItsClock() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Snapshot(N1, N1, 5, 0, 1, List.of(entry(N1, 6, "ana"))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Snapshot(N1, N1, 5, 0, 1, List.of(entry(N2, 5, "ana"))));
  }

  @Test
  void nobodyComesFromTheNodeWhereTheyAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Entry(ref(N1, 3), ref(N1, 2), ref(N1, 2), "lobby", "ana", "{}"));
  }

  @Test
  void anUpdateIsHeardAsOneThatGoesAndOneThatComes() {
    part.apply(delta(N1, add(N1, 1, "ana"), replace(N1, 2, 1, "ana")));
    assertThat(heard).containsExactly("+1", "-1 replaced at 2", "+2");
    assertThat(part.size()).isEqualTo(1);
    assertThat(part.get(1)).isNull();
    assertThat(part.get(2).previous()).isEqualTo(ref(N1, 1));
  }

  @Test
  void aRemovalOfWhatIsNotThereTakesItsClockAndNoMore() {
    part.apply(delta(N1, remove(1, 7, Reason.CLOSED)));
    assertThat(part.clock()).isEqualTo(1);
    assertThat(heard).isEmpty();
  }

  @Test
  void anOperationThatIsNotTheNextIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> part.apply(add(N1, 2, "ana")));
  }

  @Test
  void aSnapshotThatIsNotLaterIsIgnored() {
    part.apply(delta(N1, add(N1, 1, "ana"), add(N1, 2, "bob")));
    part.apply(2, List.of());
    part.apply(1, List.of());
    assertThat(part.size()).isEqualTo(2);
    assertThat(part.reachesBackTo(0)).as("the log is kept").isTrue();
  }

  @Test
  void aSnapshotTellsWhatWentAndWhy() {
    part.apply(delta(N1, add(N1, 1, "ana"), add(N1, 2, "bob"), add(N1, 3, "eve")));
    heard.clear();
    part.apply(9, List.of(entry(N1, 2, "bob"), entry(N1, 8, "ana").after(ref(N1, 1))));
    assertThat(part.clock()).isEqualTo(9);
    assertThat(heard).containsExactlyInAnyOrder("-1 replaced at 9", "-3 closed at 9", "+8");
    assertThat(heard.get(2)).as("who goes, goes first").isEqualTo("+8");
  }

  @Test
  void anotherNodesRefReplacesNothingInASnapshot() {
    part.apply(delta(N1, add(N1, 1, "ana")));
    part.apply(2, List.of(entry(N1, 2, "ana").after(ref(N2, 1))));
    assertThat(heard).containsExactly("+1", "-1 closed at 2", "+2");
  }

  @Test
  void afterASnapshotOperationsGoOnFromItsClock() {
    part.apply(5, List.of(entry(N1, 4, "ana")));
    assertThat(part.apply(delta(N1, add(N1, 5, "bob"), add(N1, 6, "eve")))).isTrue();
    assertThat(part.entries()).containsExactlyInAnyOrder(entry(N1, 4, "ana"), entry(N1, 6, "eve"));
    assertThat(part.answer(new Pull(N2, N1, 5), N2, 0))
        .containsExactly(delta(N1, add(N1, 6, "eve")));
    assertThat(part.reachesBackTo(4)).isFalse();
  }

  @Test
  void whoMissesWhatTheLogHoldsGetsOperations() {
    adds(part, 1, 5, "{}");
    assertThat(part.answer(new Pull(N2, N1, 2), N1, 0))
        .containsExactly(delta(N1, add(N1, 3, "k3"), add(N1, 4, "k4"), add(N1, 5, "k5")));
  }

  @Test
  void whoMissesNothingGetsNothing() {
    adds(part, 1, 5, "{}");
    assertThat(part.answer(new Pull(N2, N1, 5), N1, 0)).isEmpty();
    assertThat(part.answer(new Pull(N2, N1, 6), N1, 0)).as("who is ahead").isEmpty();
  }

  @Test
  void whoMissesMoreThanTheLogHoldsGetsASnapshot() {
    adds(part, 1, 5, "{}");
    assertThat(part.answer(new Pull(N2, N1, 1), N2, 0))
        .singleElement()
        .isInstanceOfSatisfying(
            Snapshot.class,
            piece -> {
              assertThat(piece.by()).isEqualTo(N2);
              assertThat(piece.clock()).isEqualTo(5);
              assertThat(piece.pieces()).isEqualTo(1);
              assertThat(piece.entries()).hasSize(5);
            });
  }

  @Test
  void whatIsEmptyIsASnapshotOfOnePiece() {
    part.apply(9, List.of());
    assertThat(part.answer(new Pull(N2, N1, 0), N1, 0))
        .containsExactly(new Snapshot(N1, N1, 9, 0, 1, List.of()));
  }

  @Test
  void oneAnswerIsBoundedAndTheNextGoesOnWhereItEnds() {
    Part roomy = new Part(N1, 1_000, Part.Changes.NONE);
    adds(roomy, 1, 300, BIG);
    List<PresenceMessage> answer = roomy.answer(new Pull(N2, N1, 0), N1, 0);
    assertThat(answer).hasSize(8);
    Part copy = new Part(N1, 1_000, Part.Changes.NONE);
    answer.forEach(message -> assertThat(copy.apply((Delta) message)).isTrue());
    assertThat(answer).allMatch(message -> weight((Delta) message) <= Pieces.PIECE_BYTES);
    assertThat(copy.clock()).isLessThan(300);
    while (copy.clock() < 300) {
      long before = copy.clock();
      roomy.answer(new Pull(N2, N1, before), N1, 0).forEach(more -> copy.apply((Delta) more));
      assertThat(copy.clock()).isGreaterThan(before);
    }
    assertThat(copy.entries()).containsExactlyInAnyOrderElementsOf(roomy.entries());
  }

  @Test
  void aLargeSnapshotComesInPiecesThatAreFrozenAndCanBeAskedForAgain() {
    adds(part, 1, 40, BIG);
    Snapshot first = snapshot(part.answer(new Pull(N2, N1, 0), N1, 0));
    assertThat(first.pieces()).isGreaterThan(2);
    assertThat(first.entries().stream().mapToInt(Entry::weight).sum())
        .isLessThanOrEqualTo(Pieces.PIECE_BYTES);
    adds(part, 41, 60, BIG);
    Set<Entry> frozen = new HashSet<>(first.entries());
    for (int index = 1; index < first.pieces(); index++) {
      PullPiece pull = new PullPiece(N2, N1, 40, index);
      PresenceMessage piece = part.answer(pull, N1, 0).orElseThrow();
      assertThat(part.answer(pull, N1, 0)).as("again").contains(piece);
      frozen.addAll(((Snapshot) piece).entries());
    }
    assertThat(part.answer(new PullPiece(N2, N1, 40, 0), N1, 0)).contains(first);
    assertThat(frozen).hasSize(40).allMatch(entry -> entry.ref().clock() <= 40);
  }

  @Test
  void aPieceOfWhatIsNotKeptIsNoAnswer() {
    adds(part, 1, 5, "{}");
    assertThat(part.answer(new PullPiece(N2, N1, 5, 0), N1, 0)).as("nothing frozen").isEmpty();
    part.answer(new Pull(N2, N1, 0), N1, 0);
    assertThat(part.answer(new PullPiece(N2, N1, 4, 0), N1, 0)).as("another clock").isEmpty();
    assertThat(part.answer(new PullPiece(N2, N1, 5, 1), N1, 0)).as("beyond the last").isEmpty();
    assertThat(part.answer(new PullPiece(N2, N1, 5, 0), N1, 0)).isPresent();
  }

  @Test
  void whileASnapshotIsReadTheLogReachesBackToItsClock() {
    adds(part, 1, 5, "{}");
    part.answer(new Pull(N2, N1, 0), N1, 0);
    adds(part, 6, 100, "{}");
    assertThat(part.reachesBackTo(5)).isTrue();
    part.tick(9_999);
    assertThat(part.answer(new Pull(N2, N1, 5), N1, 9_999))
        .singleElement()
        .isInstanceOfSatisfying(Delta.class, delta -> assertThat(delta.to()).isEqualTo(100));
  }

  @Test
  void aSnapshotThatNobodyReadsForTenSecondsIsLetGo() {
    adds(part, 1, 5, "{}");
    part.answer(new Pull(N2, N1, 0), N1, 0);
    adds(part, 6, 100, "{}");
    assertThat(part.answer(new PullPiece(N2, N1, 5, 0), N1, 9_000)).as("renews").isPresent();
    part.tick(18_999);
    assertThat(part.reachesBackTo(5)).isTrue();
    part.tick(19_000);
    assertThat(part.reachesBackTo(5)).isFalse();
    assertThat(part.reachesBackTo(100 - LOG_LIMIT)).isTrue();
    assertThat(part.reachesBackTo(99 - LOG_LIMIT)).isFalse();
    assertThat(part.answer(new PullPiece(N2, N1, 5, 0), N1, 19_000)).isEmpty();
  }

  @Test
  void asLongAsTheLogReachesBackToASnapshotOthersReadTheSame() {
    adds(part, 1, 5, "{}");
    part.answer(new Pull(N2, N1, 0), N1, 0);
    adds(part, 6, 7, "{}");
    assertThat(snapshot(part.answer(new Pull(N2, N1, 0), N1, 5_000)).clock()).isEqualTo(5);
    assertThat(snapshot(part.answer(new Pull(N2, N1, 0), N1, 15_000)).clock()).isEqualTo(7);
  }

  @Test
  void evenForASnapshotTheLogDoesNotGrowWithoutEnd() {
    adds(part, 1, 5, "{}");
    part.answer(new Pull(N2, N1, 0), N1, 0);
    adds(part, 6, 1_000, "{}");
    assertThat(part.reachesBackTo(5)).isFalse();
    assertThat(part.reachesBackTo(1_000 - 65 * LOG_LIMIT)).isFalse();
    assertThat(snapshot(part.answer(new Pull(N2, N1, 0), N1, 1)).clock()).isEqualTo(1_000);
  }

  @Test
  void whatIsNotRetainedGoesByTheLastOperation() {
    adds(part, 1, 3, "{}");
    heard.clear();
    part.retain(Set.of(2L), 4);
    assertThat(part.clock()).isEqualTo(4);
    assertThat(heard).containsExactlyInAnyOrder("-1 closed at 4", "-3 closed at 4");
    assertThat(part.entries()).extracting(Entry::key).containsExactly("k2");
    assertThat(part.reachesBackTo(3)).as("it is no operation that a log could tell").isFalse();
  }

  @Test
  void retainingEverythingAtTheSameClockChangesNothing() {
    adds(part, 1, 2, "{}");
    part.retain(Set.of(1L, 2L), 2);
    assertThat(part.reachesBackTo(0)).isTrue();
    part.retain(Set.of(1L, 2L), 3);
    assertThat(part.clock()).as("nothing goes, but the clock does").isEqualTo(3);
  }

  /** Delta ≡ snapshot, whatever is lost, repeated or late. */
  @Test
  void aCopyThatPullsWhatItMissesEndsAsTheOriginal() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Part original = new Part(N1, 8, Part.Changes.NONE);
      Folded folded = new Folded();
      Part copy = new Part(N1, 4, folded);
      List<Delta> sent = new ArrayList<>();
      for (int step = 0; step < 120; step++) {
        sent.add(delta(N1, any(original, random)));
        if (random.nextInt(3) == 0) {
          copy.apply(sent.get(random.nextInt(sent.size())));
        }
        if (random.nextInt(12) == 0) {
          pull(copy, original, step);
        }
      }
      pull(copy, original, 1_000);
      assertThat(copy.clock()).as("seed %d", seed).isEqualTo(original.clock());
      assertThat(copy.entries())
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(original.entries())
          .containsExactlyInAnyOrderElementsOf(folded.entries);
    }
  }

  private static void pull(Part copy, Part original, long nowMillis) {
    while (copy.clock() < original.clock()) {
      long before = copy.clock();
      for (PresenceMessage answer : original.answer(new Pull(N2, N1, before), N1, nowMillis)) {
        if (answer instanceof Delta delta) {
          copy.apply(delta);
        } else if (answer instanceof Snapshot piece) {
          copy.apply(piece.clock(), piece.entries());
        }
      }
      assertThat(copy.clock()).isGreaterThan(before);
    }
  }

  /** Applies some operation that makes sense now, and returns it. */
  private static Operation any(Part original, Random random) {
    long clock = original.clock() + 1;
    List<Entry> live = List.copyOf(original.entries());
    Operation operation = add(N1, clock, "k" + random.nextInt(5));
    if (!live.isEmpty() && random.nextBoolean()) {
      Entry one = live.get(random.nextInt(live.size()));
      operation =
          random.nextBoolean()
              ? remove(clock, one.ref().clock(), Reason.UNTRACKED)
              : replace(N1, clock, one.ref().clock(), one.key());
    }
    original.apply(operation);
    return operation;
  }

  private static void adds(Part part, long first, long last, String meta) {
    for (long clock = first; clock <= last; clock++) {
      Entry added = new Entry(ref(N1, clock), null, "lobby", "k" + clock, meta);
      part.apply(new Operation(clock, added, 0, null));
    }
  }

  private static int weight(Delta delta) {
    return delta.operations().stream().mapToInt(operation -> operation.added().weight()).sum();
  }

  private static Snapshot snapshot(List<PresenceMessage> answer) {
    assertThat(answer).hasSize(1).hasOnlyElementsOfType(Snapshot.class);
    return (Snapshot) answer.get(0);
  }

  private final class Heard implements Part.Changes {
    @Override
    public void added(Entry entry) {
      heard.add("+" + entry.ref().clock());
    }

    @Override
    public void removed(Entry entry, Reason reason, long clock) {
      heard.add("-" + entry.ref().clock() + " " + reason + " at " + clock);
    }
  }

  /** What one knows who hears only of changes. */
  private static final class Folded implements Part.Changes {
    private final Set<Entry> entries = new HashSet<>();

    @Override
    public void added(Entry entry) {
      assertThat(entries.add(entry)).isTrue();
    }

    @Override
    public void removed(Entry entry, Reason reason, long clock) {
      assertThat(entries.remove(entry)).isTrue();
    }
  }
}
