package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who does not read misses changes of who is present, and gets the list when it reads again. */
class SlowPresenceTest {
  private static final String TOPIC = "here:busy";
  private static final int SMALL_BUFFER = 4_096;

  /** So many are there at a time, as each who comes takes the place of one. */
  private static final int GUESTS = 20;

  private static final int MAX_GUESTS = 4_000;
  private static final JsonObject LARGE = new JsonObject().put("text", "x".repeat(3_000));

  private static TestNodes.Served served;

  private int guests;

  @BeforeAll
  static void start() throws IOException {
    TopicPolicy present = TopicPolicy.everyone().present((user, topic) -> new JsonObject());
    served =
        TestNodes.startReplica(
            (node, router) -> {
              Bridge.on(node).linger(0).topic(TOPIC, present).mount(router);
              node.beforeListening(LoneReplica.start(node, TOPIC));
            });
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  /** The list as a client folds it; what it can't fold shows that it missed something. */
  private static final class Folded {
    private final Map<String, String> keys = new TreeMap<>();
    private int states;

    void fold(JsonObject frame) {
      if (!frame.containsKey("body") || !TOPIC.equals(frame.getString("address"))) {
        return;
      }
      JsonObject payload = frame.getJsonObject("body").getJsonObject("payload");
      if (frame.getJsonObject("body").getString("event").equals("presence_state")) {
        states++;
        keys.clear();
        keys.putAll(refs(payload));
      } else {
        refs(payload.getJsonObject("joins"))
            .forEach((ref, key) -> assertThat(keys.put(ref, key)).as("%s again", key).isNull());
        refs(payload.getJsonObject("leaves"))
            .forEach((ref, key) -> assertThat(keys.remove(ref)).as("who leaves").isEqualTo(key));
      }
    }

    private static Map<String, String> refs(JsonObject users) {
      Map<String, String> refs = new TreeMap<>();
      for (String key : users.fieldNames()) {
        for (Object meta : users.getJsonObject(key).getJsonArray("metas")) {
          refs.put(((JsonObject) meta).getString("phx_ref"), key);
        }
      }
      return refs;
    }
  }

  @Test
  void whoReadsAgainIsToldWhoIsPresentAndMissesNothingFromThenOn() throws IOException {
    Session crowd = served.node().presence().session();
    try (RawClient slow = slow()) {
      Folded folded = new Folded();
      foldUntil(slow, folded, "eve");
      assertThat(folded.states).isOne();
      while (dropped() == 0) {
        assertThat(guests).as("guests until changes are left out").isLessThan(MAX_GUESTS);
        comeAndGo(crowd);
      }
      comeAndGo(crowd);
      Target.awaitThat("a tick has seen what waits", () -> waitingBytes() > 0);
      assertThat(waitingBytes()).isBetween(Limits.CAUGHT_UP_BYTES, Limits.MAX_WAITING_BYTES);

      while (folded.states == 1) {
        folded.fold(frame(slow));
      }
      comeAndGo(crowd);
      foldUntil(slow, folded, guest(guests));
      assertThat(folded.keys.values()).containsExactlyInAnyOrderElementsOf(present());
      Target.awaitThat("nothing waits any more", () -> waitingBytes() == 0);
    } finally {
      crowd.close();
    }
  }

  private static RawClient slow() throws IOException {
    RawClient client = RawClient.connect(served.port(), SMALL_BUFFER);
    String token = TestNodes.token(served.node(), "eve", 60);
    client.write(RawClient.handshake(served.port(), token, "/eventbus/websocket"));
    assertThat(client.head()).startsWith("HTTP/1.1 101 ");
    return client.register(TOPIC);
  }

  private static void foldUntil(RawClient client, Folded folded, String user) throws IOException {
    while (!folded.keys.containsValue(user)) {
      folded.fold(frame(client));
    }
  }

  private static JsonObject frame(RawClient client) throws IOException {
    RawClient.Frame frame = client.frame();
    while (frame.first() == Bytes.PING) {
      frame = client.frame();
    }
    assertThat(frame.first()).as(frame.text()).isEqualTo(Bytes.TEXT);
    return new JsonObject(frame.text());
  }

  /** As many come as go; returns when the node has told of the last. */
  private void comeAndGo(Session crowd) {
    List<Future<?>> moves = new ArrayList<>();
    for (int i = 0; i < GUESTS; i++) {
      guests++;
      moves.add(crowd.untrack(TOPIC, guest(guests - GUESTS)));
      moves.add(crowd.track(TOPIC, guest(guests), LARGE));
    }
    TestNodes.await(Future.all(moves));
    Target.awaitThat("the last is told of", () -> isListed(guest(guests)));
  }

  private static boolean isListed(String user) {
    return TestNodes.await(served.node().presence().list(TOPIC)).containsKey(user);
  }

  private List<String> present() {
    return Stream.concat(
            Stream.of("eve"),
            IntStream.rangeClosed(guests - GUESTS + 1, guests).mapToObj(SlowPresenceTest::guest))
        .toList();
  }

  private static String guest(int number) {
    return "guest " + number;
  }

  private static double dropped() {
    return served.node().metrics().get("rollcall.bridge.dropped").counter().count();
  }

  private static int waitingBytes() {
    return (int) served.node().metrics().get("rollcall.bridge.waiting.bytes").gauge().value();
  }
}
