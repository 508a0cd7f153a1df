package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What clients get of a stored topic, whichever nodes broadcast it, in whichever order, and
 * whatever is lost: each message once, in order, and no gap that they are not told of.
 */
class BridgeOrderTest {
  /** By the topic, so that each test has its own. */
  private static final Map<String, StoredTopic> LOGS = new ConcurrentHashMap<>();

  private static final AtomicInteger TOPICS = new AtomicInteger();
  private static TestNodes.Served served;

  private final String topic = "log:" + TOPICS.incrementAndGet();
  private final StoredTopic log = new StoredTopic(topic);
  private PubSub pubSub;

  @BeforeAll
  static void start() throws IOException {
    served =
        TestNodes.start(
            Map.of(),
            (node, router) ->
                Bridge.on(node)
                    .linger(0)
                    .topic("log:*", TopicPolicy.everyone().replay(new Logs()))
                    .topic("room:*", TopicPolicy.everyone())
                    .send("who")
                    .mount(router));
    answerWho();
  }

  private static void answerWho() {
    TestNodes.await(
        served
            .node()
            .vertx()
            .eventBus()
            .consumer("who", asked -> asked.reply(asked.headers().get("session")))
            .completion());
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @BeforeEach
  void open() {
    LOGS.put(topic, log);
    pubSub = served.node().pubSub();
  }

  private static final class Logs implements History {
    @Override
    public Future<Long> last(String topic) {
      return LOGS.get(topic).last(topic);
    }

    @Override
    public Future<List<Message>> after(String topic, long position, int limit) {
      return LOGS.get(topic).after(topic, position, limit);
    }
  }

  /** With a token of which nothing is said for as long as a test takes. */
  private static TestClient client() {
    String token = TestNodes.token(served.node(), "ana", 3_600);
    return TestClient.connect(served, Map.of("Cookie", "rollcall_token=" + token));
  }

  /** A client that is told what comes from now on. */
  private TestClient follower() {
    TestClient client = client();
    assertThat(client.registered(topic, new JsonObject()).getJsonObject("body"))
        .isEqualTo(new JsonObject().put("position", log.store(0)).put("complete", true));
    return client;
  }

  private JsonObject back(TestClient client, long position) {
    return client
        .registered(topic, new JsonObject().put("position", Long.toString(position)))
        .getJsonObject("body");
  }

  private static long position(JsonObject frame) {
    return Long.parseLong(frame.getJsonObject("headers").getString("position"));
  }

  private static void assertHears(TestClient client, long from, long to) {
    for (long position = from; position <= to; position++) {
      assertThat(position(client.next())).isEqualTo(position);
    }
  }

  @Test
  void whatCrossesIsToldInOrderAndOnce() {
    log.store(3);
    TestClient ana = follower();
    log.store(4);
    log.broadcast(pubSub, 7, 4, 5, 5, 3, 6, 7);
    log.store(1);
    log.broadcast(pubSub, 8);
    assertHears(ana, 4, 8);
  }

  @Test
  void whatNobodyHeardIsTakenFromTheHistory() {
    TestClient ana = follower();
    log.store(3);
    log.broadcast(pubSub, 1, 3);
    assertHears(ana, 1, 3);
  }

  /** It has not seen the higher one while the lower is on its way, so it asks for both. */
  @Test
  void whoIsCutWhileMessagesCrossComesBackToAllOfThem() {
    TestClient ana = follower();
    log.store(4);
    log.broadcast(pubSub, 1, 4, 3);
    assertThat(position(ana.next())).isEqualTo(1);
    TestNodes.await(ana.socket().close());
    TestClient again = client();
    again.say(
        "{'type':'register','address':'"
            + topic
            + "','replyAddress':'ack','headers':{'position':'1'}}");
    log.broadcast(pubSub, 2);
    log.store(1);
    log.broadcast(pubSub, 5);
    List<Long> heard = new ArrayList<>();
    while (heard.size() < 4) {
      JsonObject frame = again.next();
      if (topic.equals(frame.getString("address"))) {
        heard.add(position(frame));
      }
    }
    assertThat(heard).containsExactly(2L, 3L, 4L, 5L);
  }

  /**
   * Were the history asked first, what is stored after its answer and before the room's beginning
   * would be neither replayed nor heard.
   */
  @Test
  void nothingLiesBetweenWhatIsReplayedAndWhatIsHeard() {
    log.store(5);
    Promise<Void> held = Promise.promise();
    log.beforeLast(held::future);
    TestClient ana = client();
    ana.say(
        "{'type':'register','address':'"
            + topic
            + "','replyAddress':'ack','headers':{'position':'3'}}");
    ana.registered("room:settled", new JsonObject());
    assertThat(log.asked).hasValue(0);
    log.store(1);
    log.broadcast(pubSub, 6);
    held.complete();
    assertHears(ana, 4, 6);
    assertThat(ana.next().getJsonObject("body"))
        .isEqualTo(new JsonObject().put("position", 6).put("complete", true));
    log.store(1);
    log.broadcast(pubSub, 7);
    assertHears(ana, 7, 7);
  }

  @Test
  void whoComesBackFindsForAllWhatNobodyHeard() {
    TestClient ana = follower();
    log.store(2);
    assertThat(back(client(), 0))
        .isEqualTo(new JsonObject().put("position", 2).put("complete", true));
    assertHears(ana, 1, 2);
  }

  @Test
  void whatTheHistoryHasNoLongerIsToldToAllWhoHearTheTopic() {
    TestClient ana = follower();
    TestClient bob = follower();
    log.store(5);
    log.prune(4);
    double before = missed();
    log.broadcast(pubSub, 5);
    for (TestClient each : List.of(ana, bob)) {
      assertThat(each.next()).isEqualTo(new JsonObject(Frames.incomplete(topic, 3)));
      assertHears(each, 4, 5);
    }
    assertThat(missed() - before).isEqualTo(3);
    assertThat(back(client(), 1))
        .isEqualTo(new JsonObject().put("position", 5).put("complete", false));
  }

  private static double missed() {
    return served.node().metrics().get("rollcall.bridge.missed").counter().count();
  }

  @Test
  void whoSaidItIsNotToldItThoughItWasHeld() {
    log.store(1);
    Promise<Void> reading = Promise.promise();
    TestClient bob = follower();
    log.beforeAfter(reading::future);
    TestClient ana = client();
    String session = session(ana);
    ana.say(
        "{'type':'register','address':'"
            + topic
            + "','replyAddress':'ack','headers':{'position':'0'}}");
    Target.awaitThat("what was missed is read", () -> log.asked.get() > 0);
    pubSub.broadcastFrom(session, topic, "own", new JsonObject());
    pubSub.broadcast(topic, "others", new JsonObject());
    assertThat(bob.untilEvent("own")).isEmpty();
    assertThat(bob.untilEvent("others")).isEmpty();
    reading.complete();
    assertHears(ana, 1, 1);
    assertThat(ana.next().getJsonObject("body").getString("event")).isEqualTo("others");
  }

  private static String session(TestClient client) {
    client.say("{'type':'send','address':'who','replyAddress':'session'}");
    return client.until("session").getString("body");
  }

  @Test
  void whereTheHistoryFailsARegisterIsAnsweredAndWhatComesIsTold() {
    log.store(8);
    log.beforeEach(() -> Future.failedFuture("planted"));
    TestClient ana = client();
    long begun = System.nanoTime();
    assertThat(back(ana, 4)).isEqualTo(new JsonObject().put("position", 4).put("complete", false));
    TestClient bob = client();
    assertThat(bob.registered(topic, new JsonObject()).getJsonObject("body"))
        .isEqualTo(new JsonObject().put("position", 0).put("complete", false));
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(2));
    log.broadcast(pubSub, 7, 8);
    assertIsTold(ana, 6);
    assertIsTold(bob, 6);
    assertHears(ana, 7, 8);
    assertHears(bob, 7, 8);
  }

  /** It may have been stored after the client has loaded what there was, and is not heard. */
  @Test
  void whatIsStoredUntilAHistoryIsBackIsToldAsMissed() {
    AtomicBoolean away = new AtomicBoolean(true);
    log.beforeEach(() -> away.get() ? Future.failedFuture("planted") : Future.succeededFuture());
    TestClient ana = client();
    assertThat(ana.registered(topic, new JsonObject()).getJsonObject("body"))
        .isEqualTo(new JsonObject().put("position", 0).put("complete", false));
    log.store(1);
    away.set(false);

    assertIsTold(ana, 1);
    log.store(1);
    log.broadcast(pubSub, 2);
    assertHears(ana, 2, 2);
  }

  private static void assertIsTold(TestClient client, long position) {
    JsonObject body = client.next().getJsonObject("body");
    assertThat(body.getString("event")).isEqualTo("replay_incomplete");
    assertThat(body.getJsonObject("payload")).isEqualTo(new JsonObject().put("position", position));
  }

  @Test
  void whereTheHistoryNeverAnswersARegisterIsAnsweredInTime() {
    log.store(8);
    log.beforeEach(() -> Promise.<Void>promise().future());
    TestClient ana = client();
    long begun = System.nanoTime();
    assertThat(back(ana, 4)).isEqualTo(new JsonObject().put("position", 4).put("complete", false));
    assertThat(System.nanoTime() - begun)
        .isLessThan(TimeUnit.MILLISECONDS.toNanos(Limits.ANSWER_MILLIS + 1_000));
    log.broadcast(pubSub, 7, 8);
    assertIsTold(ana, 6);
    assertHears(ana, 7, 8);
  }

  @Test
  void whatIsNotStoredComesAsItComes() {
    TestClient ana = client();
    ana.registered("room:a", new JsonObject());
    StoredTopic elsewhere = new StoredTopic("room:a");
    elsewhere.store(3);
    elsewhere.broadcast(pubSub, 3, 1, 1);
    assertThat(position(ana.next())).isEqualTo(3);
    assertThat(position(ana.next())).isEqualTo(1);
    assertThat(position(ana.next())).isEqualTo(1);
    assertThat(elsewhere.asked).hasValue(0);
  }

  @Test
  void aRoomThatEveryoneHasLeftLeavesNothing() {
    TestClient ana = follower();
    log.store(3);
    log.broadcast(pubSub, 1, 3);
    assertHears(ana, 1, 3);
    TestNodes.await(ana.socket().close());
    Target.awaitThat("the room is closed", () -> !pubSub.topics().contains(topic));
  }

  /** Each run follows from its seed, but for when the event loop has its turns. */
  @Test
  void whateverIsLostCrossesOrIsCutEachClientHasAllOnceAndInOrder() {
    for (long seed = 1; seed <= 3; seed++) {
      try {
        new Storm(new Random(seed)).rage();
      } catch (RuntimeException | AssertionError fault) {
        throw new AssertionError("seed " + seed, fault);
      }
    }
  }

  /** Clients that are cut and come back, while messages are lost, repeated, and cross. */
  private final class Storm {
    private static final int CLIENTS = 3;
    private static final int MESSAGES = 400;

    private final Random random;
    private final List<TestClient> clients = new ArrayList<>();
    private final long[] has = new long[CLIENTS];

    Storm(Random random) {
      this.random = random;
    }

    void rage() {
      long first = log.store(0);
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(follower());
        has[i] = first;
      }
      List<Long> crossing = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        crossing.add(log.store(1));
        if (random.nextInt(4) == 0) {
          say(crossing);
        }
        if (random.nextInt(10) == 0) {
          comeBack(random.nextInt(CLIENTS));
        }
      }
      long last = log.store(1);
      log.broadcast(pubSub, last);
      for (int i = 0; i < CLIENTS; i++) {
        while (has[i] < last) {
          take(i, clients.get(i).next());
        }
      }
    }

    private void say(List<Long> crossing) {
      Collections.shuffle(crossing, random);
      for (long position : crossing) {
        if (random.nextInt(10) > 0) {
          log.broadcast(pubSub, position);
        }
        if (random.nextInt(10) == 0) {
          log.broadcast(pubSub, position);
        }
      }
      crossing.clear();
    }

    private void comeBack(int i) {
      TestNodes.await(clients.get(i).socket().close());
      clients.get(i).received().forEach(frame -> take(i, frame));
      TestClient again = client();
      clients.set(i, again);
      again.say(
          "{'type':'register','address':'"
              + topic
              + "','replyAddress':'ack','headers':{'position':'"
              + has[i]
              + "'}}");
    }

    private void take(int i, JsonObject frame) {
      if (frame.getString("address").equals("ack")) {
        assertThat(frame.getJsonObject("body").getBoolean("complete")).isTrue();
      } else {
        assertThat(position(frame)).as("of client %s", i).isEqualTo(has[i] + 1);
        has[i]++;
      }
    }
  }
}
