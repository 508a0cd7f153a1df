package dev.rollcall.operator;

import static dev.rollcall.operator.Samples.A;
import static dev.rollcall.operator.Samples.B;
import static dev.rollcall.operator.Samples.C;
import static dev.rollcall.operator.Samples.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicTableTest {
  private static final int LIMIT = NodeReport.MAX_NAMES;

  @Test
  void subscribersAreAddedUpAndPresencesAreNot() {
    ReplicaReport replica =
        ReplicaReport.of(new ReplicaState(true, 9, Map.of("room:a", 9), Map.of(), List.of()));
    TopicTable table =
        new TopicTable(
            Map.of(
                A, node(A, Counts.of(Map.of("room:a", 2, "room:b", 1), LIMIT), Optional.empty()),
                B, node(B, Counts.of(Map.of("room:a", 3), LIMIT), Optional.of(replica)),
                C, node(C, Counts.NONE, Optional.of(replica))));
    assertThat(table.incomplete()).isEmpty();
    assertThat(row(table, 0))
        .isEqualTo(
            new JsonObject()
                .put("topic", "room:a")
                .put("subscribers", 5)
                .put("by_node", new JsonObject().put("a", 2).put("b", 3))
                .put("presences", 9));
    assertThat(row(table, 1).getInteger("presences")).isZero();
  }

  @Test
  void withoutAReplicaNobodyKnowsWhoIsPresent() {
    TopicTable table =
        new TopicTable(Map.of(A, node(A, Counts.of(Map.of("t", 1), LIMIT), Optional.empty())));
    assertThat(row(table, 0).fieldNames()).contains("presences");
    assertThat(row(table, 0).getInteger("presences")).isNull();
  }

  /** On B it has one subscriber, and a hundred others have more: B has not told. */
  @Test
  void aNodeThatHasNotToldOfATopicIsAskedAboutIt() {
    Counts ofB = Counts.of(Samples.topics(100, 1), LIMIT);
    TopicTable table =
        new TopicTable(
            Map.of(
                A, node(A, Counts.of(Map.of("room:large", 500), LIMIT), Optional.empty()),
                B, node(B, ofB, Optional.empty())));
    assertThat(table.incomplete()).containsExactly(B);
    assertThat(table.toJson().getBoolean("exact")).isFalse();
    assertThat(row(table, 0).getInteger("subscribers")).isEqualTo(500);

    TopicTable complete =
        table.completedBy(
            Map.of(B, TopicCounts.of(table.topics(), Map.of("room:large", 1), Optional.empty())));
    assertThat(complete.toJson().getBoolean("exact")).isTrue();
    assertThat(row(complete, 0).getInteger("subscribers")).isEqualTo(501);
  }

  @Test
  void thereAreNoMoreRowsThanANodeTells() {
    Counts many = Counts.of(Samples.topics(100, 1), LIMIT);
    TopicTable table =
        new TopicTable(
            Map.of(
                A, node(A, Counts.of(Samples.topics(90, 2), LIMIT), Optional.empty()),
                B, node(B, many, Optional.empty())));
    assertThat(table.topics()).hasSize(LIMIT);
    assertThat(table.toJson().getInteger("count")).isEqualTo(100);
  }

  private static JsonObject row(TopicTable table, int index) {
    return table.toJson().getJsonArray("largest").getJsonObject(index);
  }
}
