package dev.rollcall.operator;

import static dev.rollcall.operator.OperatorUnderTest.SELF;
import static dev.rollcall.operator.Samples.A;
import static dev.rollcall.operator.Samples.B;
import static dev.rollcall.operator.Samples.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the page is told, of nodes that answer and of others. */
class OperatorTest {
  private final OperatorUnderTest node = OperatorUnderTest.withoutToken(false);

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void aNodeTellsWhatItHas() throws Exception {
    node.pubSub.subscribe("room:lobby", message -> {});
    node.pubSub.subscribe("room:lobby", message -> {});
    node.operator.clients(
        () -> Future.succeededFuture(new Clients(7, Map.of("room:lobby", 6, "room:b", 1))));
    JsonObject report = node.report();
    JsonObject self = report.getJsonArray("nodes").getJsonObject(0);
    assertThat(self.getMap())
        .containsEntry("node", "self")
        .containsEntry("service", "chat-service")
        .containsEntry("pod", "chat-7d9f")
        .containsEntry("state", "ready")
        .containsEntry("connections", 7)
        .containsEntry("registrations", 2);
    assertThat(topic(report, "room:lobby").getInteger("subscribers")).isEqualTo(8);
    assertThat(topic(report, "room:b").getJsonObject("by_node").getMap())
        .isEqualTo(Map.of("self", 1));
    assertThat(report.getJsonArray("registrations").getJsonObject(0).getMap())
        .containsEntry("address", "chat.post")
        .containsEntry("consumers", 2);
    assertThat(report.getString("actions")).isEqualTo("open");
  }

  @Test
  void aReplicaTellsWhatItHolds() throws Exception {
    node.operator.replica(
        () -> Future.succeededFuture(Samples.replica(Samples.clocks(1), Map.of())));
    JsonObject presence = node.report().getJsonObject("presence");
    assertThat(presence.getInteger("presences")).isEqualTo(5);
    JsonObject replica = presence.getJsonArray("replicas").getJsonObject(0);
    assertThat(replica.getJsonObject("clocks").getJsonArray(Samples.id(0).value()))
        .isEqualTo(new JsonArray().add(1_000_000).add(2_000_000).add(3_000_000).add(4_000_000));
    assertThat(replica.getJsonArray("digests")).hasSize(64);
  }

  /** One answers, one is silent, one has no such address, one is of a version to come. */
  @Test
  void whoDoesNotAnswerHidesNobody() throws Exception {
    node.play(A, "chat-service", Map.of("report", Samples.node(A).toJson()));
    node.play(B, "orders-service", Map.of());
    node.play(C, "orders-service", Map.of("report", new JsonObject().put("node", "c")));
    node.listed.add(new ListedNode(Samples.id(9), "chat-service", ""));
    JsonObject report = node.report();
    assertThat(report.getJsonArray("nodes").stream().map(JsonObject.class::cast))
        .extracting(each -> each.getString("state"))
        .containsExactly("ready", "silent", "silent", "unreadable", "ready");
    assertThat(report.getInteger("took_millis")).isLessThan(5_000);
  }

  /** As when an event loop is stuck: that is what somebody has come to see. */
  @Test
  void aPartThatDoesNotAnswerIsNamed() throws Exception {
    node.operator.clients(() -> Promise.<Clients>promise().future());
    node.operator.replica(
        () -> {
          throw new IllegalStateException("planted");
        });
    JsonObject self = node.report().getJsonArray("nodes").getJsonObject(0);
    assertThat(self.getJsonArray("late")).containsExactlyInAnyOrder("bridge", "replica");
    assertThat(self.getString("state")).isEqualTo("ready");
  }

  @Test
  void aNodeIsAskedOfTheTopicsThatAreLargeElsewhere() throws Exception {
    Counts large = Counts.of(Map.of("room:x", 900), NodeReport.MAX_NAMES);
    node.play(
        A, "chat-service", Map.of("report", Samples.node(A, large, Optional.empty()).toJson()));
    Map<String, Integer> many = Samples.topics(100, 3);
    node.operator.clients(() -> Future.succeededFuture(new Clients(1, many)));
    node.pubSub.subscribe("room:x", message -> {});
    JsonObject report = node.report();
    assertThat(topic(report, "room:x").getInteger("subscribers")).isEqualTo(901);
    assertThat(report.getJsonObject("topics").getBoolean("exact")).isTrue();
  }

  @Test
  void pagesThatAskAtOnceAreGivenOneAnswer() throws Exception {
    Object first = node.report().getValue("at");
    assertThat(node.report().getValue("at")).isEqualTo(first);
  }

  @Test
  void whatIsNoQuestionIsRefused() {
    for (JsonObject question :
        List.of(
            new JsonObject(),
            new JsonObject().put("ask", "nothing"),
            new JsonObject().put("ask", "counts"),
            new JsonObject().put("ask", "counts").put("topics", new JsonArray().add(1)))) {
      Throwable refused =
          OperatorUnderTest.await(
              node.vertx
                  .eventBus()
                  .request(Operator.NODE + SELF, question)
                  .<Throwable>map(answer -> null)
                  .otherwise(fault -> fault));
      assertThat(refused).as("%s", question).hasMessage("invalid_question");
    }
  }

  @Test
  void theCostOfManyTopicsIsBounded() throws Exception {
    node.operator.clients(() -> Future.succeededFuture(new Clients(1, Samples.topics(10_000, 30))));
    assertThat(node.get("/operator/report").body().length()).isLessThan(8 * 1024);
    assertThat(node.report().getJsonObject("topics").getJsonArray("largest"))
        .hasSize(NodeReport.MAX_NAMES);
  }

  private static JsonObject topic(JsonObject report, String topic) {
    return report.getJsonObject("topics").getJsonArray("largest").stream()
        .map(JsonObject.class::cast)
        .filter(row -> row.getString("topic").equals(topic))
        .findAny()
        .orElseThrow();
  }
}
