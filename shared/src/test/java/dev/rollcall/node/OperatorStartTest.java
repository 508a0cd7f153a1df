package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Real nodes, seen from one another's management port. */
class OperatorStartTest {
  private static final String TOKEN = "sixteen-or-more-characters";

  private final HttpClient client = HttpClient.newHttpClient();

  /** A service of one address and one topic. */
  private static final class Service extends VerticleBase {
    private final Node node;

    Service(Node node) {
      this.node = node;
    }

    @Override
    public Future<?> start() {
      node.pubSub().subscribe("room:lobby", message -> {});
      return vertx.eventBus().consumer("test.ask", question -> question.reply("yes")).completion();
    }
  }

  @Test
  void eachNodesPageTellsOfAllAndDrainsAny() throws Exception {
    TestCluster cluster = new TestCluster("operator-test");
    int firstPort = freePort();
    int secondPort = freePort();
    Node first = await(cluster.start(variables(firstPort), Service::new));
    Node second = await(cluster.start(variables(secondPort), Service::new));
    // As a process would, which then ends.
    Future<Void> drained =
        Future.future(done -> second.operator().drainsBy(() -> second.close().onComplete(done)));

    for (int port : List.of(firstPort, secondPort)) {
      JsonObject report = awaitReport(port, OperatorStartTest::allHearAll);
      assertThat(report.getJsonArray("nodes")).hasSize(2);
      assertThat(report.getJsonArray("nodes").stream().map(each -> (JsonObject) each))
          .allMatch(each -> each.getString("state").equals("ready"))
          .allMatch(each -> each.getString("service").equals("cluster-test"))
          .allMatch(each -> each.getString("host").equals("127.0.0.1"));
      assertThat(row(report.getJsonObject("topics").getJsonArray("largest"), "topic"))
          .contains(Map.entry("room:lobby", 2));
      assertThat(row(report.getJsonArray("registrations"), "address"))
          .contains(Map.entry("test.ask", 2));
    }

    assertThat(drain(firstPort, second).statusCode()).isEqualTo(202);
    await(drained);
    JsonObject after = awaitReport(firstPort, report -> report.getJsonArray("nodes").size() == 1);
    assertThat(after.getString("by")).isEqualTo(first.id().value());
    assertThat(drain(firstPort, second).statusCode()).isEqualTo(404);
    assertThat(drain(firstPort, first).statusCode()).isEqualTo(409);
    await(first.close());
  }

  @Test
  void aTokenThatIsTooShortKeepsANodeFromStarting() {
    Environment environment = new Environment(Map.of("ROLLCALL_OPERATOR_TOKEN", "short"));
    assertThatThrownBy(() -> Node.start("test", environment, Service::new))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("ROLLCALL_OPERATOR_TOKEN: a token has at least 16 characters");
  }

  private static boolean allHearAll(JsonObject report) {
    return report.getJsonObject("hearing").stream()
        .map(row -> (String) row.getValue())
        .sorted()
        .toList()
        .equals(List.of("+=", "=+"));
  }

  /** Beacons come every second, and pages share an answer for one. */
  private JsonObject awaitReport(int port, Predicate<JsonObject> wanted) throws Exception {
    long endNanos = System.nanoTime() + 20_000_000_000L;
    while (true) {
      String body = client.send(request(port, "report").build(), BodyHandlers.ofString()).body();
      JsonObject report = new JsonObject(body);
      if (wanted.test(report)) {
        return report;
      }
      assertThat(System.nanoTime()).as(body).isLessThan(endNanos);
      LockSupport.parkNanos(100_000_000);
    }
  }

  private HttpResponse<String> drain(int port, Node node) throws Exception {
    return client.send(
        request(port, "nodes/" + node.id() + "/drain")
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/operator/" + path));
  }

  private static Map<String, Integer> row(JsonArray rows, String name) {
    return rows.stream()
        .map(JsonObject.class::cast)
        .collect(
            Collectors.toMap(
                each -> each.getString(name),
                each -> each.getInteger("subscribers", each.getInteger("consumers"))));
  }

  private static Map<String, String> variables(int managementPort) {
    return Map.of(
        "ROLLCALL_MANAGEMENT_PORT",
        Integer.toString(managementPort),
        "ROLLCALL_OPERATOR_TOKEN",
        TOKEN);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
