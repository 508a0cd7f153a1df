package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Beacons.Beacon;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BeaconsTest {
  private static final Set<String> MEMBERS = Set.of("m1", "m2");

  private final Beacons first = new Beacons(new NodeId("n1"), "m1");
  private final Beacons second = new Beacons(new NodeId("n2"), "m2");

  @Test
  void aLoneNodeMissesNobody() {
    assertThat(first.missing(Set.of("m1"))).isEmpty();
  }

  @Test
  void hearingAloneIsNotEnough() {
    assertThat(first.receive(second.say(MEMBERS))).isTrue();
    assertThat(first.missing(MEMBERS)).containsExactly("m2");
  }

  @Test
  void aNodeThatHearsUsAndIsHeardIsNotMissing() {
    second.receive(first.say(MEMBERS));
    assertThat(first.receive(second.say(MEMBERS))).isFalse();
    assertThat(first.missing(MEMBERS)).isEmpty();
    assertThat(first.peers()).containsExactly(new NodeId("n2"));
  }

  @Test
  void whoIsNoMemberAnyMoreIsForgotten() {
    first.receive(new Beacon(new NodeId("n2"), "m2", Set.of("m1")));
    assertThat(first.say(Set.of("m1")).hears()).isEmpty();
    assertThat(first.peers()).isEmpty();
    assertThat(first.missing(MEMBERS)).containsExactly("m2");
  }
}
