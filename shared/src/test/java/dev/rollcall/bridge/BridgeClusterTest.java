package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.node.Node;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes with a bridge each: rights that are taken back on one are taken back on both. */
class BridgeClusterTest {
  private static final Set<String> MEMBERS = ConcurrentHashMap.newKeySet();

  private static String members;
  private static TestNodes.Served one;
  private static TestNodes.Served other;

  @BeforeAll
  static void start() throws IOException {
    int first = TestNodes.freePort();
    int second = TestNodes.freePort();
    members = "127.0.0.1:" + first + ",127.0.0.1:" + second;
    one = TestNodes.start(Map.of(), first, members, BridgeClusterTest::routes);
    other = TestNodes.start(Map.of(), second, members, BridgeClusterTest::routes);
  }

  @AfterAll
  static void stop() {
    one.close();
    other.close();
  }

  private static void routes(Node node, Router router) {
    Bridge.on(node)
        .topic("club", TopicPolicy.allow((user, topic) -> MEMBERS.contains(user.name())))
        .topic("room:*", TopicPolicy.everyone())
        .send("shout")
        .mount(router);
  }

  @Test
  void whatOneNodeBroadcastsTheBrowsersOfBothHear() {
    TestClient here = TestClient.of(one, "ana");
    TestClient there = TestClient.of(other, "bob");
    here.registered("room:a", new JsonObject());
    there.registered("room:a", new JsonObject());
    one.node().pubSub().broadcast("room:a", "said", new JsonObject().put("n", 1), 7);
    for (TestClient client : new TestClient[] {here, there}) {
      JsonObject frame = client.next();
      assertThat(frame.getJsonObject("body").getJsonObject("payload").getInteger("n")).isOne();
      assertThat(frame.getJsonObject("headers").getString("position")).isEqualTo("7");
    }
  }

  /** Whatever node it is on, and whatever node its service. */
  @Test
  void whoSaidItIsNotToldIt() {
    TestNodes.await(
        one.node()
            .vertx()
            .eventBus()
            .<JsonObject>consumer(
                "shout",
                said ->
                    one.node()
                        .pubSub()
                        .broadcastFrom(
                            said.headers().get("session"), "room:s", "said", said.body()))
            .completion());
    for (TestNodes.Served served : new TestNodes.Served[] {one, other}) {
      TestClient ana = TestClient.of(served, "ana");
      TestClient bob = TestClient.of(other, "bob");
      ana.registered("room:s", new JsonObject());
      bob.registered("room:s", new JsonObject());
      ana.say("{'type':'send','address':'shout','body':{'text':'hello'}}");
      assertThat(bob.untilEvent("said").getString("text")).isEqualTo("hello");
      one.node().pubSub().broadcast("room:s", "after", new JsonObject());
      assertThat(ana.next().getJsonObject("body").getString("event")).isEqualTo("after");
    }
  }

  @Test
  void whoIsKickedOnOneNodeIsGoneFromAllAndComesBackOnlyWithANewToken() throws IOException {
    String old = TestNodes.token(other.node(), "mallory", 60);
    Map<String, String> headers = Map.of("Authorization", "Bearer " + old);
    TestClient there = TestClient.connect(other, headers);
    TestClient innocent = TestClient.of(other, "ana");
    TestNodes.await(one.node().access().kick("mallory"));
    assertThat(there.closed()).isEqualTo(CloseCode.KICKED.status());
    assertRefused(other, headers);
    assertRefused(one, headers);
    assertThat(innocent.registered("room:b", new JsonObject()).getString("type")).isEqualTo("rec");
    // One that joins later knows too, before it serves anybody.
    int port = TestNodes.freePort();
    TestNodes.Served late =
        TestNodes.start(
            Map.of("ROLLCALL_CLUSTER_NAME", "bridge-test-" + members.hashCode()),
            port,
            members + ",127.0.0.1:" + port,
            BridgeClusterTest::routes);
    try {
      assertRefused(late, headers);
    } finally {
      late.close();
    }
  }

  private static void assertRefused(TestNodes.Served served, Map<String, String> headers) {
    assertThatThrownBy(() -> TestClient.connect(served, headers))
        .rootCause()
        .isInstanceOfSatisfying(
            UpgradeRejectedException.class,
            refused -> assertThat(refused.getStatus()).isEqualTo(401));
  }

  @Test
  void rightsThatWereTakenBackEndARegistrationWhereverItIs() {
    MEMBERS.add("eve");
    MEMBERS.add("ana");
    TestClient eve = TestClient.of(other, "eve");
    TestClient ana = TestClient.of(other, "ana");
    eve.registered("club", new JsonObject());
    ana.registered("club", new JsonObject());
    MEMBERS.remove("eve");
    TestNodes.await(one.node().access().reauthorise("eve"));
    JsonObject told = eve.until("club");
    assertThat(told.getString("message")).isEqualTo("access_denied");
    one.node().pubSub().broadcast("club", "said", new JsonObject());
    assertThat(ana.untilEvent("said")).isEmpty();
    eve.registered("room:z", new JsonObject());
    assertThat(eve.received()).isEmpty();
  }
}
