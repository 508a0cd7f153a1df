package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {

  @Test
  void theFirstInstancesAreWhereTheDocumentsSay() {
    List<String> addresses =
        Layout.standard().with(Kind.CHAT, 2).instances().stream()
            .filter(instance -> instance.kind().servesHttp())
            .map(instance -> instance.name() + " " + instance.http())
            .toList();

    assertThat(addresses)
        .containsExactly(
            "orders-1 http://localhost:8071",
            "chat-1 http://localhost:8081",
            "chat-2 http://localhost:8082",
            "dashboard-1 http://localhost:8091");
  }

  @Test
  void noTwoWantTheSamePortHoweverManyThereAre() {
    Layout largest = Layout.standard();
    for (Kind kind : Kind.values()) {
      largest = largest.with(kind, Kind.MOST_INSTANCES);
    }

    int withHttp = 3 * Kind.MOST_INSTANCES;
    int all = largest.instances().size();
    assertThat(largest.ports()).hasSize(1 + withHttp + 3 * all);
  }

  @Test
  void membersAreTheClusterPortsInOrderOfStart() {
    assertThat(Layout.standard().with(Kind.PRESENCE, 2).at(200).members())
        .isEqualTo("127.0.0.1:5901,127.0.0.1:5902,127.0.0.1:5903,127.0.0.1:5904,127.0.0.1:5905");
  }

  @Test
  void otherPortsAreAnotherCluster() {
    assertThat(Layout.standard().clusterName()).isEqualTo("rollcall");
    assertThat(Layout.standard().at(200).clusterName()).isEqualTo("rollcall-200");
  }

  @Test
  void aTakenPortMovesTheWholeLayout() throws IOException {
    Layout free = Layout.standard().onFreePorts(10_000);
    int port = free.instances(Kind.CHAT).get(0).httpPort();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();

      assertThat(Layout.standard().onFreePorts(free.offset()).offset())
          .isGreaterThan(free.offset());
    }
  }

  @Test
  void anOffsetBeyondThePortsIsRefused() {
    assertThatThrownBy(() -> Layout.standard().at(23_001))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("23001");
  }
}
