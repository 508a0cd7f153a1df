package dev.rollcall.system.lab;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.system.Hosts;
import dev.rollcall.system.Kind;
import dev.rollcall.system.lab.TopicCopy.Leave;
import dev.rollcall.system.lab.Visitor.Seen;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DisturbanceTest {
  private final Pod here = new Pod("chat-1", Kind.CHAT, 1, "10.117.1.10");
  private final Pod there = new Pod("chat-2", Kind.CHAT, 3, "10.117.3.10");
  private long nowNanos;
  private final Disturbance disturbance = new Disturbance(4, () -> nowNanos);
  private final Whereabouts ana = new Whereabouts(() -> nowNanos);

  @Test
  void whoIsConnectedAllTheWhileHasNotLeft() {
    ana.arrived(there);
    pass(10_000);
    assertThat(isFalse()).isTrue();
  }

  @Test
  void whoWentHasLeft() {
    ana.arrived(there);
    pass(10_000);
    ana.left();
    pass(3_500);
    assertThat(isFalse()).isFalse();
  }

  @Test
  void whoReturnsSoonHasNotLeft() {
    ana.arrived(there);
    pass(10_000);
    ana.left();
    pass(500);
    Seen leave = seen();
    pass(500);
    ana.arrived(here);
    assertThat(isFalse(leave)).isTrue();
  }

  @Test
  void whoReturnsLateHadLeft() {
    ana.arrived(there);
    pass(10_000);
    ana.left();
    pass(3_100);
    Seen leave = seen();
    pass(500);
    ana.arrived(here);
    assertThat(isFalse(leave)).isFalse();
  }

  @Test
  void aPartitionBetweenThemExcusesIt() {
    ana.arrived(there);
    pass(10_000);
    disturbance.cut(Hosts.parted(List.of(List.of(1, 2), List.of(3, 4))));
    pass(5_000);
    assertThat(isFalse()).isFalse();
    pass(1_000);
    disturbance.cut(List.of());
    pass(7_000);
    assertThat(isFalse()).as("no longer once it is over").isTrue();
  }

  @Test
  void aLinkWithAWayAroundItDoesNotExcuseIt() {
    ana.arrived(there);
    pass(10_000);
    disturbance.cut(Hosts.parted(List.of(List.of(1), List.of(3))));
    pass(5_000);
    assertThat(isFalse()).isTrue();
  }

  @Test
  void aNodeThatStandsStillExcusesIt() {
    ana.arrived(there);
    pass(10_000);
    disturbance.down(Set.of(there));
    pass(5_000);
    assertThat(isFalse()).isFalse();
  }

  private void pass(long millis) {
    nowNanos += MILLISECONDS.toNanos(millis);
  }

  private Seen seen() {
    return new Seen("ben", here, "room:a", new Leave("ana", "node_down"), nowNanos);
  }

  private boolean isFalse() {
    return isFalse(seen());
  }

  private boolean isFalse(Seen leave) {
    return !disturbance.falseLeaves(List.of(leave), 0, user -> Optional.of(ana)).isEmpty();
  }
}
