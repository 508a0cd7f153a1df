package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.PubSub;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A service tells a topic what a browser sent it, and that browser knows it already. */
class SenderTest {
  private static final BlockingQueue<String> NEWS = new LinkedBlockingQueue<>();

  private static TestNodes.Served served;

  @BeforeAll
  static void start() throws IOException {
    served =
        TestNodes.start(
            Map.of(),
            (node, router) ->
                Bridge.on(node)
                    .topic("room:*", TopicPolicy.everyone())
                    .send("shout")
                    .send("who")
                    .publish("news")
                    .mount(router));
    EventBus bus = served.node().vertx().eventBus();
    bus.<JsonObject>consumer("shout", SenderTest::shout);
    bus.consumer("who", asked -> asked.reply(sessions(asked)));
    bus.consumer("news", news -> NEWS.add(sessions(news).encode()));
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  private static void shout(Message<JsonObject> said) {
    pubSub().broadcastFrom(said.headers().get("session"), "room:a", "said", said.body());
    said.reply(new JsonObject());
  }

  private static JsonArray sessions(Message<Object> message) {
    JsonArray all = new JsonArray();
    message
        .headers()
        .forEach(
            header -> {
              if (header.getKey().equalsIgnoreCase("session")) {
                all.add(header.getValue());
              }
            });
    return all;
  }

  private static PubSub pubSub() {
    return served.node().pubSub();
  }

  private static TestClient listening(String user) {
    TestClient client = TestClient.of(served, user);
    client.registered("room:a", new JsonObject());
    return client;
  }

  private static JsonArray who(TestClient client, String headers) {
    client.say("{'type':'send','address':'who','replyAddress':'r','headers':" + headers + "}");
    return client.until("r").getJsonArray("body");
  }

  @Test
  void theConnectionThatSentItIsNotToldAndAllOthersAre() throws InterruptedException {
    BlockingQueue<String> service = new LinkedBlockingQueue<>();
    pubSub().subscribe("room:a", message -> service.add(message.event()));
    TestClient ana = listening("ana");
    TestClient herOther = listening("ana");
    TestClient bob = listening("bob");
    ana.say("{'type':'send','address':'shout','body':{'text':'hello'}}");
    assertThat(herOther.untilEvent("said").getString("text")).isEqualTo("hello");
    assertThat(bob.untilEvent("said").getString("text")).isEqualTo("hello");
    assertThat(service.poll(10, TimeUnit.SECONDS)).isEqualTo("said");
    pubSub().broadcast("room:a", "after", new JsonObject());
    JsonObject next = ana.next();
    while (!topic(next)) {
      next = ana.next();
    }
    assertThat(next.getJsonObject("body").getString("event")).isEqualTo("after");
  }

  private static boolean topic(JsonObject frame) {
    return "room:a".equals(frame.getString("address"));
  }

  /** As what no browser has sent. */
  @Test
  void whereNobodyHasSentItAllAreTold() {
    TestClient ana = listening("ana");
    pubSub().broadcastFrom((String) null, "room:a", "said", new JsonObject());
    assertThat(ana.untilEvent("said")).isEmpty();
    pubSub().broadcastFrom("elsewhere:1", "room:a", "said", new JsonObject());
    assertThat(ana.untilEvent("said")).isEmpty();
  }

  @Test
  void noClientCanSayThatItIsAnother() throws InterruptedException {
    TestClient ana = TestClient.of(served, "ana");
    TestClient bob = TestClient.of(served, "bob");
    String her = who(ana, "{}").getString(0);
    String his = who(bob, "{}").getString(0);
    assertThat(her).isNotEqualTo(his).startsWith(served.node().id().value());
    String forged = "{'session':'" + her + "','SESSION':'" + her + "','Session':['" + her + "']}";
    assertThat(who(bob, forged)).isEqualTo(new JsonArray().add(his));
    bob.say("{'type':'publish','address':'news','headers':" + forged + "}");
    assertThat(NEWS.poll(10, TimeUnit.SECONDS)).isEqualTo(new JsonArray().add(his).encode());
  }
}
