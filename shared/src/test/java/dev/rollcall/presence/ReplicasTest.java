package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.pubsub.NodeId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplicasTest {
  private static final NodeId R1 = new NodeId("r1");
  private static final NodeId R2 = new NodeId("r2");
  private static final Set<String> BOTH = Set.of("mr1", "mr2");

  private final Replicas replicas = new Replicas();

  @Test
  void nobodyIsReadyBeforeTheirWord() {
    assertThat(replicas.judge(BOTH, 0)).isFalse();
    assertThat(replicas.ready()).isEmpty();
    assertThat(replicas.owner("lobby")).isEmpty();
  }

  @Test
  void whoSaysSoIsReadyFromTheNextJudgementOn() {
    word(R1, true, 0);
    assertThat(replicas.ready()).isEmpty();
    assertThat(replicas.judge(BOTH, 0)).isTrue();
    assertThat(replicas.judge(BOTH, 1)).as("no change").isFalse();
    assertThat(replicas.ready()).containsExactly(R1);
    assertThat(replicas.heardReady()).containsExactly(R1);
    assertThat(replicas.owner("lobby")).contains(R1);
  }

  @Test
  void whoTakesTheirWordBackIsReadyNoMore() {
    word(R1, true, 0);
    word(R2, true, 0);
    replicas.judge(BOTH, 0);
    word(R1, false, 10);
    assertThat(replicas.judge(BOTH, 10)).isTrue();
    assertThat(replicas.ready()).containsExactly(R2);
  }

  @Test
  void whoIsSilentForFourSecondsIsReadyNoMore() {
    word(R1, true, 0);
    replicas.judge(BOTH, 0);
    assertThat(replicas.judge(BOTH, 4_000)).isFalse();
    assertThat(replicas.judge(BOTH, 4_001)).isTrue();
    assertThat(replicas.ready()).isEmpty();
    word(R1, true, 5_000);
    assertThat(replicas.judge(BOTH, 5_000)).as("and is again").isTrue();
  }

  @Test
  void whoIsNoMemberIsNotReady() {
    word(R1, true, 0);
    replicas.judge(BOTH, 0);
    assertThat(replicas.judge(Set.of("mr2"), 1)).isTrue();
    assertThat(replicas.ready()).isEmpty();
    assertThat(replicas.judge(BOTH, 2)).as("a member again").isTrue();
  }

  @Test
  void whoOthersHearIsReadyButNotHeard() {
    word(R1, true, 0, R2);
    replicas.judge(BOTH, 0);
    assertThat(replicas.ready()).containsExactly(R1, R2);
    assertThat(replicas.heardReady()).containsExactly(R1);
  }

  @Test
  void oneThatIsNotReadyMayNameOthers() {
    word(R1, false, 0, R2);
    replicas.judge(BOTH, 0);
    assertThat(replicas.ready()).containsExactly(R2);
  }

  @Test
  void oneThatIsHeardSpeaksForItself() {
    word(R2, false, 0);
    word(R1, true, 0, R1, R2);
    replicas.judge(BOTH, 0);
    assertThat(replicas.ready()).containsExactly(R1);
  }

  @Test
  void oneThatFellSilentIsSpokenForByOthers() {
    word(R2, true, 0);
    word(R1, true, 4_000, R2);
    replicas.judge(BOTH, 4_001);
    assertThat(replicas.ready()).containsExactly(R1, R2);
    assertThat(replicas.heardReady()).containsExactly(R1);
  }

  @Test
  void theWordOfThoseWhoHearAnotherCountsForMoreThanTheMembership() {
    word(R2, true, 0);
    word(R1, true, 100, R2);
    replicas.judge(Set.of("mr1"), 200);
    assertThat(replicas.ready()).containsExactly(R1, R2);
    assertThat(replicas.heardReady()).containsExactly(R1);
    word(R1, true, 300);
    replicas.judge(Set.of("mr1"), 300);
    assertThat(replicas.ready()).containsExactly(R1);
  }

  @Test
  void theWordOfOneThatIsSilentCountsForNobody() {
    word(R1, true, 0, R2);
    replicas.judge(BOTH, 4_001);
    assertThat(replicas.ready()).isEmpty();
  }

  private void word(NodeId replica, boolean ready, long nowMillis, NodeId... others) {
    replicas.receive(new Readiness(replica, "m" + replica, ready, Set.of(others)), nowMillis);
  }
}
