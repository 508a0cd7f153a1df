package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the bridge adds to the protocol of Vert.x's own, to those who ask for it. */
class BridgeAdditionsTest {
  private static final StoredLog LOG = new StoredLog();
  private static final Lost LOST = new Lost();

  private static TestNodes.Served served;

  @BeforeAll
  static void start() throws IOException {
    served =
        TestNodes.start(
            Map.of(),
            (node, router) ->
                Bridge.on(node)
                    .topic("room:*", TopicPolicy.everyone())
                    .topic("log:*", TopicPolicy.everyone().replay(LOG))
                    .topic("lost:*", TopicPolicy.everyone().replay(LOST))
                    .topic("broken", TopicPolicy.ask((u, t) -> Future.failedFuture("no answer")))
                    .topic("thrown", TopicPolicy.allow((u, t) -> u.name().charAt(99) == 'x'))
                    .topic("staff", TopicPolicy.allow((u, t) -> u.claims().containsKey("role")))
                    .send("ask")
                    .send("odd")
                    .mount(router));
    served
        .node()
        .vertx()
        .eventBus()
        .<String>consumer(
            "ask",
            first ->
                first
                    .<String>replyAndRequest("and you?")
                    .onSuccess(second -> second.reply("so " + second.body())));
    served.node().vertx().eventBus().localConsumer("odd", odd -> odd.reply(Thread.State.NEW));
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  /** A history that is not to be had. */
  private static final class Lost implements History {
    final AtomicInteger asked = new AtomicInteger();

    @Override
    public Future<Long> last(String topic) {
      return Future.failedFuture("no database");
    }

    @Override
    public Future<List<Message>> after(String topic, long position, int limit) {
      asked.incrementAndGet();
      return served
          .node()
          .vertx()
          .timer(200, TimeUnit.MILLISECONDS)
          .compose(late -> Future.failedFuture("no database"));
    }
  }

  /** A topic whose messages are stored, and that may take its time to read them. */
  private static final class StoredLog implements History {
    private final List<Message> events = new ArrayList<>();
    private Promise<Void> reading = Promise.promise();
    private volatile boolean read;

    StoredLog() {
      reading.complete();
    }

    synchronized void add(int count) {
      for (int i = 0; i < count; i++) {
        long position = events.size() + 1L;
        events.add(Message.of("log:a", "said", position, new JsonObject().put("n", position)));
      }
    }

    synchronized Promise<Void> holdReads() {
      reading = Promise.promise();
      read = false;
      return reading;
    }

    synchronized void broadcast(long position) {
      served.node().pubSub().broadcast(events.get((int) position - 1));
    }

    @Override
    public synchronized Future<Long> last(String topic) {
      return Future.succeededFuture((long) events.size());
    }

    @Override
    public synchronized Future<List<Message>> after(String topic, long position, int limit) {
      List<Message> stored =
          events.stream().filter(event -> event.position() > position).limit(limit).toList();
      read = true;
      return reading.future().map(stored);
    }
  }

  private static long position(JsonObject frame) {
    return Long.parseLong(frame.getJsonObject("headers").getString("position"));
  }

  @Test
  void aRegisterIsAcknowledgedToWhoAsks() {
    TestClient ana = TestClient.of(served, "ana");
    JsonObject ack = ana.registered("room:a", new JsonObject());
    assertThat(ack.getString("type")).isEqualTo("rec");
    assertThat(ack.getJsonObject("body")).isEmpty();
    JsonObject again = ana.registered("room:a", new JsonObject());
    assertThat(again.getString("message")).isEqualTo("address_already_registered");
    assertThat(again.getInteger("failureCode")).isEqualTo(409);
  }

  @Test
  void anApplicationThatDoesNotKnowOrThrowsHasNotSaidYes() {
    TestClient ana = TestClient.of(served, "ana");
    for (String topic : List.of("broken", "thrown")) {
      JsonObject refused = ana.registered(topic, new JsonObject());
      assertThat(refused.getString("message")).isEqualTo("auth_error");
    }
    assertThat(served.node().pubSub().topics()).doesNotContain("broken", "thrown");
  }

  /** They are those of the token that it has now. */
  @Test
  void aPolicyMayAskForWhatTheIssuerSaysOfTheUser() {
    TestClient ana = TestClient.of(served, "ana");
    assertThat(ana.registered("staff", new JsonObject()).getInteger("failureCode")).isEqualTo(403);
    renew(ana, TestNodes.token(served.node(), new JsonObject().put("sub", "ana").put("role", "x")));
    ana.until("renewed");
    assertThat(ana.registered("staff", new JsonObject()).getString("type")).isEqualTo("rec");
  }

  @Test
  void whatWasMissedIsSentOnceThenWhatComes() {
    LOG.add(5);
    long missed = LOG.events.size() - 2L;
    Promise<Void> reading = LOG.holdReads();
    TestClient ana = TestClient.of(served, "ana");
    ana.say(
        "{'type':'register','address':'log:a','replyAddress':'ack','headers':{'position':'"
            + missed
            + "'}}");
    ana.say("{'type':'register','address':'room:b'}");
    ana.registered("room:c", new JsonObject());
    Target.awaitThat("what was missed is read", () -> LOG.read);
    // Stored before it was read, and broadcast while it is; the next one is new.
    LOG.broadcast(missed + 2);
    LOG.add(1);
    LOG.broadcast(missed + 3);
    reading.complete();
    assertThat(position(ana.next())).isEqualTo(missed + 1);
    assertThat(position(ana.next())).isEqualTo(missed + 2);
    JsonObject third = ana.next();
    JsonObject ack = third;
    if (third.getString("address").equals("ack")) {
      third = ana.next();
    } else {
      ack = ana.next();
    }
    assertThat(position(third)).isEqualTo(missed + 3);
    assertThat(ack.getJsonObject("body"))
        .isEqualTo(new JsonObject().put("position", missed + 2).put("complete", true));
    // What comes late is known already.
    LOG.broadcast(missed + 2);
    LOG.add(1);
    LOG.broadcast(missed + 4);
    assertThat(position(ana.next())).isEqualTo(missed + 4);
  }

  @Test
  void whoMissedTooMuchIsToldAndGoesOnFromTheEnd() {
    LOG.add(1_100);
    TestClient ana = TestClient.of(served, "ana");
    JsonObject ack = ana.registered("log:a", new JsonObject().put("position", "0"));
    long last = LOG.events.size();
    assertThat(ack.getJsonObject("body"))
        .isEqualTo(new JsonObject().put("position", last).put("complete", false));
    LOG.add(1);
    LOG.broadcast(last + 1);
    assertThat(position(ana.next())).isEqualTo(last + 1);
  }

  /** It is of a history that was there before, and would silence the one that there is. */
  @Test
  void aPositionThatTheTopicHasNotReachedIsNoneToGoOnFrom() {
    LOG.add(1);
    long last = LOG.events.size();
    TestClient ana = TestClient.of(served, "ana");
    JsonObject ack = ana.registered("log:a", new JsonObject().put("position", last + 100));
    assertThat(ack.getJsonObject("body"))
        .isEqualTo(new JsonObject().put("position", last).put("complete", false));
    LOG.add(1);
    LOG.broadcast(last + 1);
    assertThat(position(ana.next())).isEqualTo(last + 1);
  }

  @Test
  void whoMissedTooMuchAndAsksForNoAnswerIsToldAtTheTopic() {
    LOG.add(1_100);
    TestClient ana = TestClient.of(served, "ana");
    ana.say("{'type':'register','address':'log:a','headers':{'position':'0'}}");
    assertThat(ana.untilEvent("replay_incomplete").getLong("position"))
        .isEqualTo(LOG.events.size());
  }

  /** One question is enough to know that it does not answer. */
  @Test
  void aHistoryThatFailsIsAskedForOneTopicAndNotForAll() {
    TestClient ana = TestClient.of(served, "ana");
    int before = LOST.asked.get();
    for (String topic : List.of("lost:a", "lost:b", "lost:c")) {
      ana.say("{'type':'register','address':'" + topic + "','headers':{'position':'7'}}");
    }
    for (int i = 0; i < 3; i++) {
      assertThat(ana.untilEvent("replay_incomplete").getLong("position")).isEqualTo(7);
    }
    assertThat(LOST.asked.get() - before).isLessThan(3);
  }

  @Test
  void whoIsNewLearnsWhereTheTopicIs() {
    TestClient ana = TestClient.of(served, "ana");
    JsonObject ack = ana.registered("log:a", new JsonObject());
    assertThat(ack.getJsonObject("body").getLong("position")).isEqualTo(LOG.events.size());
  }

  @Test
  void aServiceMayAskBack() {
    TestClient ana = TestClient.of(served, "ana");
    ana.say("{'type':'send','address':'ask','replyAddress':'r1','body':'how are you?'}");
    JsonObject asked = ana.until("r1");
    assertThat(asked.getString("body")).isEqualTo("and you?");
    String back = asked.getString("replyAddress");
    TestClient bob = TestClient.of(served, "bob");
    bob.say("{'type':'send','address':'" + back + "','replyAddress':'r1','body':'stolen'}");
    assertThat(bob.until("r1").getString("message")).isEqualTo("access_denied");
    ana.say("{'type':'send','address':'" + back + "','replyAddress':'r2','body':'fine'}");
    assertThat(ana.until("r2").getString("body")).isEqualTo("so fine");
  }

  @Test
  void aServiceThatAnswersWithWhatIsNotJsonHasFailed() {
    TestClient ana = TestClient.of(served, "ana");
    ana.say("{'type':'send','address':'odd','replyAddress':'r1'}");
    assertThat(ana.until("r1").getString("message")).isEqualTo("internal");
  }

  @Test
  void aTokenIsRenewedInPlace() {
    String brief = TestNodes.token(served.node(), "ana", 3);
    TestClient ana = TestClient.connect(served, Map.of("Authorization", "Bearer " + brief));
    ana.registered("room:a", new JsonObject());
    JsonObject expiring = ana.next();
    assertThat(expiring.getString("event")).isEqualTo("token_expiring");
    renew(ana, TestNodes.token(served.node(), "bob", 60));
    assertThat(ana.until("renewed").getString("message")).isEqualTo("invalid_token");
    renew(ana, "nonsense");
    assertThat(ana.until("renewed").getInteger("failureCode")).isEqualTo(401);
    renew(ana, TestNodes.token(served.node(), "ana", 60));
    assertThat(ana.until("renewed").getJsonObject("body").getLong("expires_at"))
        .isGreaterThan(System.currentTimeMillis() / 1_000 + 50);
    TestClient bob =
        TestClient.connect(
            served, Map.of("Authorization", "Bearer " + TestNodes.token(served.node(), "bob", 2)));
    assertThat(bob.closed()).isEqualTo(CloseCode.TOKEN_EXPIRED.status());
    assertThat(ana.registered("room:z", new JsonObject()).getString("type")).isEqualTo("rec");
  }

  private static void renew(TestClient client, String token) {
    client.say(
        "{'type':'send','address':'rollcall.token','replyAddress':'renewed','body':{'token':'"
            + token
            + "'}}");
  }
}
