package dev.rollcall.replica;

import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.R2;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FollowersTest {
  private final Followers followers = new Followers();

  @Test
  void whoAsksFollowsUntilItSaysOtherwise() {
    followers.add(LOBBY, N1, Optional.empty(), 0);
    followers.add(LOBBY, N2, Optional.of(R2), 0);
    assertThat(followers.of(LOBBY)).containsOnlyKeys(N1, N2);
    assertThat(followers.of(LOBBY).get(N2).via()).contains(R2);
    followers.remove(LOBBY, N1);
    assertThat(followers.of(LOBBY)).containsOnlyKeys(N2);
    followers.remove(LOBBY, N2);
    assertThat(followers.size()).isZero();
  }

  @Test
  void theWayOfTheLastQuestionCounts() {
    followers.add(LOBBY, N1, Optional.of(R2), 0);
    followers.add(LOBBY, N1, Optional.empty(), 0);
    assertThat(followers.of(LOBBY).get(N1).via()).isEmpty();
  }

  @Test
  void whoHasNotAskedForTwoMinutesFollowsNoMore() {
    followers.add(LOBBY, N1, Optional.empty(), 0);
    followers.add(LOBBY, N2, Optional.empty(), 60_000);
    followers.retain(topic -> true, node -> true, 119_999);
    assertThat(followers.of(LOBBY)).containsOnlyKeys(N1, N2);
    followers.retain(topic -> true, node -> true, 120_000);
    assertThat(followers.of(LOBBY)).containsOnlyKeys(N2);
  }

  @Test
  void topicsThatAreOwnedNoMoreAndNodesThatAreGoneAreDropped() {
    followers.add(LOBBY, N1, Optional.empty(), 0);
    followers.add(LOBBY, N2, Optional.empty(), 0);
    followers.add("room:other", N2, Optional.empty(), 0);
    followers.retain(LOBBY::equals, N2::equals, 0);
    assertThat(followers.of(LOBBY)).containsOnlyKeys(N2);
    assertThat(followers.size()).isEqualTo(1);
  }

  @Test
  void removingOneThatDoesNotFollowChangesNothing() {
    followers.remove(LOBBY, N1);
    assertThat(followers.of(LOBBY)).isEmpty();
  }
}
