package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartTest {
  private static final NodeId NODE = new NodeId("n1");
  private static final NodeId ASKER = new NodeId("r1");

  private final List<String> changes = new ArrayList<>();
  private final Part part =
      new Part(
          NODE,
          4,
          new Part.Changes() {
            @Override
            public void added(Entry entry) {
              changes.add("+" + entry.ref().clock());
            }

            @Override
            public void removed(Entry entry, Reason reason, long clock) {
              changes.add("-" + entry.ref().clock() + " " + reason);
            }
          });

  @Test
  void operationsThatAreKnownAreSkippedAndAGapIsRefused() {
    assertThat(part.apply(new Delta(NODE, 0, List.of(add(1), add(2))))).isTrue();
    assertThat(part.apply(new Delta(NODE, 1, List.of(add(2), remove(3, 1))))).isTrue();
    assertThat(part.apply(new Delta(NODE, 4, List.of(add(5))))).isFalse();
    assertThat(changes).containsExactly("+1", "+2", "-1 closed");
    assertThat(part.clock()).isEqualTo(3);
  }

  @Test
  void aStaleSnapshotIsIgnoredAndALaterOneReplacesAll() {
    part.apply(new Delta(NODE, 0, List.of(add(1), add(2))));
    part.apply(2, List.of());
    assertThat(part.size()).isEqualTo(2);
    Entry updated = new Entry(new Ref(NODE, 4), new Ref(NODE, 1), "t", "k", "{}");
    part.apply(5, List.of(updated));
    assertThat(changes).containsExactly("+1", "+2", "-1 replaced", "-2 closed", "+4");
    assertThat(part.clock()).isEqualTo(5);
  }

  @Test
  void aSnapshotTravelsInPiecesThatCanBeAskedForAgain() {
    fill(2_000);
    Snapshot first = (Snapshot) part.answer(new Pull(ASKER, NODE, 3), NODE, 0).get(0);
    assertThat(first.pieces()).isGreaterThan(1);
    Part copy = new Part(NODE, 4, Part.Changes.NONE);
    Transfer<Long, NodeId> transfer = new Transfer<>(first.clock(), NODE, first.pieces());
    transfer.add(0, first.entries(), 0);
    while (!transfer.isWhole()) {
      PullPiece pull = new PullPiece(ASKER, NODE, first.clock(), transfer.next());
      Snapshot piece = (Snapshot) part.answer(pull, NODE, 0).orElseThrow();
      assertThat(part.answer(pull, NODE, 0)).contains(piece);
      transfer.add(piece.index(), piece.entries(), 0);
    }
    copy.apply(transfer.id(), transfer.entries());
    assertThat(new HashSet<>(copy.entries())).isEqualTo(new HashSet<>(part.entries()));
  }

  @Test
  void theLogReachesBackToASnapshotThatIsBeingRead() {
    fill(100);
    long frozen = ((Snapshot) part.answer(new Pull(ASKER, NODE, 3), NODE, 0).get(0)).clock();
    fill(50);
    assertThat(part.answer(new Pull(ASKER, NODE, frozen), NODE, 9_000))
        .singleElement()
        .isInstanceOf(Delta.class);
    part.tick(10_000);
    assertThat(part.answer(new Pull(ASKER, NODE, frozen), NODE, 10_000))
        .singleElement()
        .isInstanceOf(Snapshot.class);
    assertThat(part.answer(new PullPiece(ASKER, NODE, frozen, 0), NODE, 10_000)).isEmpty();
  }

  @Test
  void theLogIsBoundedWhoeverReads() {
    fill(100);
    long frozen = ((Snapshot) part.answer(new Pull(ASKER, NODE, 3), NODE, 0).get(0)).clock();
    fill(1_000);
    assertThat(part.answer(new Pull(ASKER, NODE, frozen), NODE, 1))
        .first()
        .isInstanceOf(Snapshot.class);
  }

  @Test
  void retainingRemovesTheOthersAtALaterClock() {
    part.apply(new Delta(NODE, 0, List.of(add(1), add(2), add(3))));
    part.retain(Set.of(2L), 4);
    assertThat(part.clock()).isEqualTo(4);
    assertThat(part.entries()).extracting(entry -> entry.ref().clock()).containsExactly(2L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void anyOrderLossAndRepetitionOfDeltasAndSnapshotsMergesToTheSame(long seed) {
    Random random = new Random(seed);
    List<Delta> deltas = new ArrayList<>();
    List<Snapshot> snapshots = new ArrayList<>();
    Part origin = new Part(NODE, 64, Part.Changes.NONE);
    for (int i = 0; i < 200; i++) {
      long before = origin.clock();
      origin.apply(random(origin, random));
      deltas.add(origin.deltasAfter(before, 1).get(0));
      if (random.nextInt(8) == 0) {
        snapshots.add(whole(origin));
      }
    }
    snapshots.add(whole(origin));
    Part left = merged(deltas, snapshots, random);
    Part right = merged(deltas, snapshots, random);
    assertThat(new HashSet<>(left.entries())).isEqualTo(new HashSet<>(origin.entries()));
    assertThat(new HashSet<>(right.entries())).isEqualTo(new HashSet<>(origin.entries()));
    long clock = left.clock();
    deltas.forEach(left::apply);
    snapshots.forEach(snapshot -> left.apply(snapshot.clock(), snapshot.entries()));
    assertThat(left.clock()).isEqualTo(clock).isEqualTo(origin.clock());
    assertThat(new HashSet<>(left.entries())).isEqualTo(new HashSet<>(origin.entries()));
  }

  private static Part merged(List<Delta> deltas, List<Snapshot> snapshots, Random random) {
    Part part = new Part(NODE, 8, Part.Changes.NONE);
    List<Object> all = new ArrayList<>(deltas);
    all.addAll(deltas.subList(0, deltas.size() / 2));
    all.addAll(snapshots);
    Collections.shuffle(all, random);
    for (Object one : all) {
      if (one instanceof Delta delta) {
        part.apply(delta);
      } else {
        part.apply(((Snapshot) one).clock(), ((Snapshot) one).entries());
      }
    }
    return part;
  }

  private static Operation random(Part part, Random random) {
    long clock = part.clock() + 1;
    List<Entry> live = List.copyOf(part.entries());
    if (live.isEmpty() || random.nextBoolean()) {
      return add(clock);
    }
    long named = live.get(random.nextInt(live.size())).ref().clock();
    return random.nextBoolean()
        ? remove(clock, named)
        : new Operation(
            clock,
            new Entry(new Ref(NODE, clock), new Ref(NODE, named), "t", "k" + named, "{}"),
            named,
            Reason.REPLACED);
  }

  private static Snapshot whole(Part part) {
    return new Snapshot(NODE, NODE, part.clock(), 0, 1, List.copyOf(part.entries()));
  }

  private void fill(int operations) {
    for (int i = 0; i < operations; i++) {
      long clock = part.clock() + 1;
      part.apply(new Delta(NODE, clock - 1, List.of(add(clock))));
    }
  }

  private static Operation add(long clock) {
    Entry entry = new Entry(new Ref(NODE, clock), null, "t", "k" + clock, "x".repeat(60));
    return new Operation(clock, entry, 0, null);
  }

  private static Operation remove(long clock, long named) {
    return new Operation(clock, null, named, Reason.CLOSED);
  }
}
