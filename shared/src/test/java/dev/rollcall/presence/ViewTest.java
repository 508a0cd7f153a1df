package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.pubsub.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewTest {
  private static final Epoch OLD = new Epoch(1, new NodeId("r1"));
  private static final Epoch NOW = new Epoch(2, new NodeId("r2"));

  private final View view = new View("lobby");

  @Test
  void isBehindUntilTheFirstStateAndThenFoldsWhatWaited() {
    assertThat(view.receive(diff(NOW, 1, join(1)))).isEmpty();
    assertThat(view.receive(diff(NOW, 2, join(2)))).isEmpty();
    assertThat(view.behind()).isTrue();
    view.receive(state(NOW, 1, 1));
    assertThat(view.behind()).isFalse();
    assertThat(view.entries()).containsExactly(entry(1), entry(2));
    assertThat(view.position()).isEqualTo(new Position(NOW, 2));
  }

  @Test
  void aDiffThatIsRepeatedChangesNothing() {
    view.receive(state(NOW, 0));
    assertThat(view.receive(diff(NOW, 1, join(1)))).isPresent();
    assertThat(view.receive(diff(NOW, 1, join(1)))).isEmpty();
    assertThat(view.behind()).isFalse();
  }

  @Test
  void afterAGapTheDifferenceThatTheStateMakesIsTold() {
    view.receive(state(NOW, 1, 1));
    assertThat(view.receive(diff(NOW, 3, join(3)))).isEmpty();
    assertThat(view.behind()).isTrue();
    assertThat(view.receive(state(NOW, 3, 2, 3)))
        .contains(new View.Change(List.of(entry(2), entry(3)), List.of(entry(1))));
    assertThat(view.behind()).isFalse();
  }

  @Test
  void aStateThatIsOlderThanTheListIsDropped() {
    view.receive(state(NOW, 3, 1));
    assertThat(view.receive(state(NOW, 2))).isEmpty();
    assertThat(view.entries()).containsExactly(entry(1));
  }

  @Test
  void diffsOfAnOlderEpochAreDropped() {
    view.receive(state(NOW, 1, 1));
    assertThat(view.receive(diff(OLD, 2, join(2)))).isEmpty();
    assertThat(view.behind()).isFalse();
    assertThat(view.entries()).containsExactly(entry(1));
  }

  @Test
  void aDiffOfALaterEpochHasTheStateAskedFor() {
    view.receive(state(OLD, 4, 1));
    view.receive(diff(NOW, 5, join(2)));
    assertThat(view.behind()).isTrue();
    view.receive(state(NOW, 4, 1));
    assertThat(view.entries()).containsExactly(entry(1), entry(2));
  }

  @Test
  void aDiffOfALaterEpochThatEndedHasTheStateAskedForOnlyOnceMore() {
    view.receive(diff(NOW, 5, join(2)));
    view.receive(state(OLD, 1, 1));
    assertThat(view.behind()).isTrue();
    view.receive(state(OLD, 1, 1));
    assertThat(view.behind()).isFalse();
    assertThat(view.entries()).containsExactly(entry(1));
  }

  private static Entry entry(long clock) {
    return new Entry(new Ref(new NodeId("n1"), clock), null, "lobby", "ana", "{}");
  }

  private static List<Entry> join(long clock) {
    return List.of(entry(clock));
  }

  private static Diff diff(Epoch epoch, long number, List<Entry> joins) {
    return new Diff("lobby", new Position(epoch, number), joins, List.of());
  }

  private static State state(Epoch epoch, long number, long... clocks) {
    List<Entry> entries = java.util.Arrays.stream(clocks).mapToObj(ViewTest::entry).toList();
    return new State("lobby", new Position(epoch, number), entries);
  }
}
