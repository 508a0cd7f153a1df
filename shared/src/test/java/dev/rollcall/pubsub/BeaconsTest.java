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
    assertThat(first.receive(second.say(0))).isTrue();
    assertThat(first.missing(MEMBERS)).containsExactly("m2");
  }

  @Test
  void aNodeThatHearsUsAndIsHeardIsNotMissing() {
    second.receive(first.say(0));
    assertThat(first.receive(second.say(0))).isFalse();
    assertThat(first.missing(MEMBERS)).isEmpty();
    assertThat(first.peers()).containsExactly(new NodeId("n2"));
  }

  @Test
  void ofThoseThatAreHeardSomeSayThatTheyHearUs() {
    first.receive(new Beacon(new NodeId("n2"), "m2", Set.of("m1", "m3"), 0));
    first.receive(new Beacon(new NodeId("n3"), "m3", Set.of("m2"), 0));
    assertThat(first.peers()).containsExactlyInAnyOrder(new NodeId("n2"), new NodeId("n3"));
    assertThat(first.mutualPeers()).containsExactly(new NodeId("n2"));
  }

  @Test
  void whoIsOffTheListIsHeardWhileItsBeaconsCome() {
    Set<String> alone = Set.of("m1");
    for (int beat = 0; beat < 2 * Beacons.BEATS_HEARD; beat++) {
      meet();
      assertThat(first.beat(alone)).isEmpty();
      assertThat(first.say(0).hears()).containsExactly("m2");
      assertThat(first.peers()).containsExactly(new NodeId("n2"));
    }
  }

  @Test
  void whoIsNoMemberAnyMoreAndSilentIsSoonForgotten() {
    meet();
    for (int beat = 0; beat < Beacons.BEATS_HEARD_OFF_LIST; beat++) {
      first.beat(Set.of("m1"));
      assertThat(first.peers()).containsExactly(new NodeId("n2"));
    }
    first.beat(Set.of("m1"));
    assertThat(first.say(0).hears()).isEmpty();
    assertThat(first.peers()).isEmpty();
    assertThat(first.missing(MEMBERS)).containsExactly("m2");
  }

  @Test
  void whoseBeaconStaysAwayIsNotHeardAnyMore() {
    meet();
    beats(first, Beacons.BEATS_HEARD);
    assertThat(first.say(0).hears()).containsExactly("m2");
    beats(first, 1);
    assertThat(first.say(0).hears()).isEmpty();
    assertThat(first.peers()).isEmpty();
    assertThat(first.missing(MEMBERS)).containsExactly("m2");
  }

  @Test
  void aMemberIsUnreachedOnceItHasBeenMissingForLong() {
    meet();
    int silent = Beacons.BEATS_HEARD + Beacons.BEATS_TO_REACH;
    assertThat(beats(first, silent - 1)).isEmpty();
    assertThat(beats(first, 1)).containsExactly("m2");
    meet();
    assertThat(beats(first, 1)).isEmpty();
  }

  @Test
  void aMemberThatDoesNotHearUsIsUnreachedThoughItIsHeard() {
    Beacon deaf = new Beacon(new NodeId("n2"), "m2", Set.of(), 0);
    Set<String> unreached = Set.of();
    for (int beat = 0; beat < Beacons.BEATS_TO_REACH; beat++) {
      assertThat(unreached).isEmpty();
      first.receive(deaf);
      unreached = first.beat(MEMBERS);
    }
    assertThat(unreached).containsExactly("m2");
  }

  @Test
  void whoLeftIsNotUnreached() {
    meet();
    beats(first, Beacons.BEATS_HEARD + Beacons.BEATS_TO_REACH);
    assertThat(first.beat(Set.of("m1"))).isEmpty();
  }

  private void meet() {
    second.receive(first.say(0));
    first.receive(second.say(0));
  }

  private static Set<String> beats(Beacons beacons, int count) {
    Set<String> unreached = Set.of();
    for (int beat = 0; beat < count; beat++) {
      unreached = beacons.beat(MEMBERS);
    }
    return unreached;
  }
}
