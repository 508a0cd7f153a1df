package dev.rollcall.replica;

import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.R1;
import static dev.rollcall.replica.Samples.THEIRS;
import static dev.rollcall.replica.Samples.ana;
import static dev.rollcall.replica.Samples.entry;
import static dev.rollcall.replica.Samples.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.replica.TopicState.Change;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private static final NodeId N3 = new NodeId("n3");
  private static final Entry OLD = ana(N1, 1);
  private static final Entry RETURNED = ana(N2, 1).after(ref(N1, 1));

  private final List<Ref> replaced = new ArrayList<>();
  private final Topics topics =
      new Topics(new Window.Bounds(0, 0), entry -> replaced.add(entry.ref()), ref -> false);

  @Test
  void aWindowIsOpenFromTheFirstChangeUntilItsEnd() {
    assertThat(topics.anyOpen()).isFalse();
    topics.show(OLD);
    assertThat(topics.open()).containsExactly(LOBBY);
    assertThat(topics.published(LOBBY).isEmpty()).isTrue();
    end();
    assertThat(topics.anyOpen()).isFalse();
    assertThat(topics.published(LOBBY).all()).containsExactly(OLD);
    topics.show(OLD);
    topics.hide(ana(N2, 9), Reason.CLOSED, 0);
    assertThat(topics.anyOpen()).isFalse();
  }

  @Test
  void aTopicThatIsEmptyIsDroppedAndNoNumberIsUsedTwice() {
    List<Long> numbers = new ArrayList<>();
    for (long clock = 1; clock <= 5; clock += 2) {
      topics.show(ana(N1, clock));
      numbers.add(end().number());
      topics.remove(ana(N1, clock), Reason.CLOSED, clock + 1);
      numbers.add(end().number());
      assertThat(topics.size()).isZero();
    }
    assertThat(numbers).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(topics.number(LOBBY)).isEqualTo(6);
    assertThat(topics.number("room:unknown")).isEqualTo(6);
  }

  @Test
  void anotherTopicThatWasEmptiedNeverTakesANumberBack() {
    topics.show(OLD);
    end();
    topics.remove(OLD, Reason.CLOSED, 2);
    end();
    topics.show(entry(N1, 3, THEIRS, "ana"));
    assertThat(topics.endWindow(THEIRS, Integer.MAX_VALUE, 0))
        .extracting(Change::number)
        .containsExactly(3L);
    topics.show(ana(N1, 4));
    assertThat(end().number()).isEqualTo(3);
  }

  @Test
  void aSessionThatCameBackElsewhereHidesItsOldRefInTheSameDiff() {
    topics.show(OLD);
    end();
    topics.show(RETURNED);
    Change diff = end();
    assertThat(diff.joins()).containsExactly(RETURNED);
    assertThat(diff.leaves()).containsExactly(new Leave(OLD.ref(), Reason.REPLACED, 0));
    assertThat(replaced).containsExactly(OLD.ref());
  }

  @Test
  void anOldRefThatIsHeardAfterTheNewOneIsNeverShown() {
    topics.show(RETURNED);
    end();
    topics.show(OLD);
    assertThat(topics.anyOpen()).isFalse();
    assertThat(topics.published(LOBBY).all()).containsExactly(RETURNED);
    assertThat(replaced).containsExactly(OLD.ref());
  }

  @Test
  void anOldRefOfTheSameWindowIsNeverSeen() {
    topics.show(OLD);
    topics.show(RETURNED);
    Change diff = end();
    assertThat(diff.joins()).extracting(Entry::ref).containsExactly(RETURNED.ref());
    assertThat(diff.leaves()).isEmpty();
  }

  @Test
  void anOldRefStaysHiddenWhenItsNodeComesBackAndWhenTheNewOneLeaves() {
    topics.show(OLD);
    topics.show(RETURNED);
    end();
    topics.hide(OLD, Reason.NODE_DOWN, 0);
    topics.show(OLD);
    topics.remove(RETURNED, Reason.CLOSED, 2);
    topics.show(OLD);
    assertThat(end().leaves()).containsExactly(new Leave(RETURNED.ref(), Reason.CLOSED, 2));
    assertThat(topics.published(LOBBY).isEmpty()).isTrue();
  }

  @Test
  void oneThatCameBackAndWentWithinAWindowLeavesForItsOwnReason() {
    topics.show(OLD);
    end();
    topics.show(RETURNED);
    topics.remove(RETURNED, Reason.KICKED, 2);
    Change diff = end();
    assertThat(diff.joins()).isEmpty();
    assertThat(diff.leaves()).containsExactly(new Leave(OLD.ref(), Reason.KICKED, 0));
  }

  @Test
  void anotherKeysRefIsNeitherHiddenNorSaidToBeReplaced() {
    Entry thief = entry(N2, 1, LOBBY, "bob").after(OLD.ref());
    topics.show(OLD);
    topics.show(thief);
    assertThat(end().joins()).containsExactlyInAnyOrder(OLD, thief);
    topics.hide(OLD, Reason.NODE_DOWN, 0);
    topics.show(OLD);
    assertThat(topics.published(LOBBY).contains("ana", OLD.ref())).isTrue();
    assertThat(replaced).isEmpty();
  }

  @Test
  void anotherKeysRefIsShownThoughItIsHeardLater() {
    topics.show(entry(N2, 1, LOBBY, "bob").after(OLD.ref()));
    topics.show(OLD);
    assertThat(end().joins()).hasSize(2);
    assertThat(replaced).isEmpty();
  }

  @Test
  void anotherTopicsRefIsNotHidden() {
    topics.show(OLD);
    topics.show(entry(N2, 1, THEIRS, "ana").after(OLD.ref()));
    assertThat(end().joins()).containsExactly(OLD);
    assertThat(replaced).isEmpty();
  }

  @Test
  void aClaimIsKeptAsLongAsItsEntryIsThereAndOneToNothingForAWhile() {
    Claims claims = topics.claims();
    claims.tick(ref -> true, 0);
    topics.show(RETURNED);
    claims.tick(ref -> ref.equals(OLD.ref()), 600_000);
    claims.tick(ref -> ref.equals(OLD.ref()), 1_200_000);
    claims.tick(ref -> ref.equals(OLD.ref()), 1_800_000);
    topics.show(OLD);
    assertThat(replaced).containsExactly(OLD.ref());
    topics.show(entry(N2, 9, LOBBY, "bob").after(ref(N3, 9)));
    claims.tick(ref -> false, 2_400_000);
    assertThat(claims.size()).as("only that of bob").isOne();
    claims.tick(ref -> false, 3_000_000);
    assertThat(claims.size()).isZero();
  }

  @Test
  void beyondAHundredThousandClaimsTheOldestIsDropped() {
    topics.show(RETURNED);
    for (long clock = 2; clock <= 100_001; clock++) {
      topics.show(entry(N2, clock, LOBBY, "bob").after(ref(N1, clock)));
    }
    assertThat(topics.claims().size()).isEqualTo(100_000);
    topics.show(OLD);
    assertThat(replaced).isEmpty();
  }

  @Test
  void aFalseClaimDoesNotPutTheRightOneAside() {
    topics.show(RETURNED);
    topics.show(entry(N3, 1, LOBBY, "bob").after(OLD.ref()));
    topics.show(OLD);
    assertThat(end().joins()).extracting(Entry::ref).doesNotContain(OLD.ref());
    assertThat(replaced).containsExactly(OLD.ref());
  }

  @Test
  void aSessionThatCameBackTwiceIsSeenOnceInWhateverOrderItIsHeard() {
    Entry again = ana(N3, 1).after(RETURNED.ref());
    for (List<Entry> order :
        List.of(
            List.of(OLD, RETURNED, again),
            List.of(again, OLD, RETURNED),
            List.of(again, RETURNED, OLD),
            List.of(RETURNED, again, OLD))) {
      Topics fresh = new Topics(new Window.Bounds(0, 0), old -> {}, ref -> false);
      order.forEach(fresh::show);
      fresh.endWindow(LOBBY, Integer.MAX_VALUE, 0);
      assertThat(fresh.published(LOBBY).all())
          .extracting(Entry::ref)
          .as("heard as %s", order)
          .containsExactly(again.ref());
    }
  }

  @Test
  void anUpdateOnTheSameNodeIsNoReturn() {
    topics.show(OLD);
    topics.show(ana(N1, 2).after(OLD.ref()));
    assertThat(end().joins()).hasSize(2);
    assertThat(replaced).isEmpty();
  }

  @Test
  void digestsAreEqualForEqualContentWhateverTheWay() {
    Topics other = new Topics(new Window.Bounds(10, 500), old -> {}, ref -> false);
    Entry bob = entry(N2, 5, THEIRS, "bob");
    topics.show(OLD);
    topics.show(bob);
    topics.show(ana(R1, 3));
    topics.remove(ana(R1, 3), Reason.CLOSED, 4);
    other.show(bob);
    other.endWindow(THEIRS, Integer.MAX_VALUE, 0);
    other.hide(bob, Reason.NODE_DOWN, 0);
    assertThat(topics.digests()).isNotEqualTo(other.digests());
    other.show(OLD);
    other.show(bob);
    assertThat(topics.digests()).isEqualTo(other.digests());
    topics.remove(OLD, Reason.CLOSED, 2);
    topics.remove(bob, Reason.CLOSED, 6);
    assertThat(topics.digests()).containsOnly(0);
  }

  private Change end() {
    List<Change> diffs = topics.endWindow(LOBBY, Integer.MAX_VALUE, 0);
    assertThat(diffs).hasSize(1);
    return diffs.get(0);
  }
}
