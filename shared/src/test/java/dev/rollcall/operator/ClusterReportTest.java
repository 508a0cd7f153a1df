package dev.rollcall.operator;

import static dev.rollcall.operator.Samples.A;
import static dev.rollcall.operator.Samples.B;
import static dev.rollcall.operator.Samples.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterReportTest {
  private static final int MAX_BYTES = 64 * 1024;

  @Test
  void whatANodeSaysIsReadAsItWasSaid() {
    ReplicaReport replica =
        ReplicaReport.of(Samples.replica(Samples.clocks(3), Map.of(1, -1L, 2, Long.MIN_VALUE)));
    NodeReport said =
        Samples.heard(
            A,
            Set.of(A, B),
            Set.of(B),
            Set.of(B),
            Counts.of(Map.of("room:lobby", 2), 1),
            Optional.of(replica));
    // By way of the bus.
    assertThat(NodeReport.from(new JsonObject(said.toJson().toBuffer()))).isEqualTo(said);
  }

  @Test
  void whatLacksSomethingIsUnreadable() {
    JsonObject said = node(A).toJson();
    for (String field : said.fieldNames().toArray(String[]::new)) {
      JsonObject lacking = said.copy();
      lacking.remove(field);
      assertThatThrownBy(() -> NodeReport.from(lacking)).as(field).isNotNull();
    }
  }

  @Test
  void whatAnOlderVersionDoesNotKnowIsNoMatter() {
    NodeReport said = node(A);
    assertThat(NodeReport.from(said.toJson().put("of_tomorrow", 1))).isEqualTo(said);
  }

  @Test
  void whoDoesNotAnswerIsShownAsSuch() {
    ListedNode silent = new ListedNode(B, "chat-service", "10.0.0.2");
    ClusterReport report =
        new ClusterReport(
            A,
            Instant.EPOCH,
            1_500,
            List.of(new ListedNode(A, "chat-service", "10.0.0.1"), silent),
            Map.of(A, node(A)),
            Map.of(B, "silent"),
            new TopicTable(Map.of()));
    assertThat(report.toJson().getJsonArray("nodes").getJsonObject(1))
        .isEqualTo(
            new JsonObject()
                .put("node", "b")
                .put("service", "chat-service")
                .put("host", "10.0.0.2")
                .put("state", "silent"));
    assertThat(report.hasOther(silent)).isTrue();
    assertThat(report.hasOther(new ListedNode(A, "chat-service", "10.0.0.1"))).isFalse();
  }

  @Test
  void whoIsOnTheListOfAnotherIsShownThough() {
    NodeReport a = Samples.links(A, Set.of(A, B), Set.of(), Set.of());
    JsonObject report = Samples.cluster(a).toJson();
    assertThat(report.getJsonArray("nodes").getJsonObject(1).getString("state"))
        .isEqualTo("silent");
    assertThat(report.getJsonObject("hearing").getMap()).isEqualTo(Map.of("a", "=-", "b", "?="));
  }

  /** 30 nodes, 3 of them replicas of 100,000 presences on 10,000 topics with long names. */
  @Test
  void theReportOfALargeClusterIsSmall() {
    Set<NodeId> all =
        IntStream.range(0, 30).mapToObj(Samples::id).collect(Collectors.toUnmodifiableSet());
    Counts topics = Counts.of(Samples.topics(10_000, 60), NodeReport.MAX_NAMES);
    ReplicaState state =
        new ReplicaState(
            true,
            100_000,
            Samples.topics(10_000, 60),
            Samples.clocks(200),
            IntStream.range(0, 64).mapToObj(i -> -1L - i).toList());
    NodeReport[] nodes =
        all.stream()
            .sorted()
            .map(
                id ->
                    Samples.heard(
                        id,
                        all,
                        all,
                        all,
                        topics,
                        Optional.of(ReplicaReport.of(state))
                            .filter(replica -> id.compareTo(Samples.id(3)) < 0)))
            .toArray(NodeReport[]::new);
    assertThat(nodes[0].toJson().toBuffer().length()).isLessThan(MAX_BYTES / 2);
    assertThat(Samples.cluster(nodes).toJson().toBuffer().length()).isLessThan(MAX_BYTES);
  }

  /** A name has 256 characters at most, of three bytes each. */
  @Test
  void theLongestNamesDoNotMakeANodesReportLarge() {
    Map<String, Integer> topics =
        IntStream.range(0, 10_000)
            .boxed()
            .collect(Collectors.toMap(i -> i + "€".repeat(250), i -> i));
    NodeReport said = node(A, Counts.of(topics, NodeReport.MAX_NAMES), Optional.empty());
    assertThat(said.toJson().toBuffer().length()).isLessThan(MAX_BYTES / 2);
  }
}
