package dev.rollcall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HostNameTest {
  @Test
  void aNameWithAnAddressIsResolved() {
    assertThat(HostName.resolve("localhost", 0)).satisfies(TestCluster::await);
  }

  @Test
  void aNameWithoutOneIsSaidWhenItsTimeIsOver() {
    long begun = System.nanoTime();
    assertThatThrownBy(() -> TestCluster.await(HostName.resolve("nobody.invalid", 1_500)))
        .hasStackTraceContaining("ROLLCALL_CLUSTER_DNS names nobody.invalid, which has no address");
    assertThat(System.nanoTime() - begun).isGreaterThan(1_500_000_000L);
  }
}
