package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who asks for what it missed, and does not read it or never had it, gets no more than others. */
class ReplayAttackTest {
  private static final long STORED = 400;
  private static final JsonObject KIBIBYTE = new JsonObject().put("text", "x".repeat(1_000));
  private static final int ROUNDS = 140;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int SMALL_BUFFER = 4_096;

  private static TestNodes.Served served;

  @BeforeAll
  static void start() throws IOException {
    served =
        TestNodes.start(
            Map.of(),
            (node, router) ->
                Bridge.on(node)
                    .linger(0)
                    .topic("log", TopicPolicy.everyone().replay(new Log()))
                    .topic(
                        "latest",
                        TopicPolicy.everyone().slow(SlowConsumer.LATEST).replay(new Log()))
                    .mount(router));
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  private static final class Log implements History {
    @Override
    public Future<Long> last(String topic) {
      return Future.succeededFuture(STORED);
    }

    @Override
    public Future<List<Message>> after(String topic, long position, int limit) {
      return Future.succeededFuture(
          LongStream.rangeClosed(Math.min(position, STORED) + 1, STORED)
              .limit(limit)
              .mapToObj(each -> Message.of(topic, "said", each, KIBIBYTE))
              .toList());
    }
  }

  private static RawClient slow() throws IOException {
    RawClient client = RawClient.connect(served.port(), SMALL_BUFFER);
    String token = TestNodes.token(served.node(), "eve", 60);
    client.write(RawClient.handshake(served.port(), token, "/eventbus/websocket"));
    assertThat(client.head()).startsWith("HTTP/1.1 101 ");
    return client;
  }

  @Test
  void whoAsksAgainAndAgainAndReadsNothingHasNoMoreWaiting() throws IOException {
    long before = Target.socketBytes();
    try (RawClient eve = slow()) {
      for (int i = 0; i < ROUNDS; i++) {
        eve.pour(
            Bytes.join(
                Bytes.text("{'type':'register','address':'log','headers':{'position':0}}"),
                Bytes.text("{'type':'unregister','address':'log'}")));
        LockSupport.parkNanos(PAUSE_NANOS);
        assertThat(Target.socketBytes() - before).isLessThan(8L * Limits.MAX_WAITING_BYTES);
      }
    }
  }

  /** A position that is far ahead must not make of what has none a part of what is missed. */
  @Test
  void noPositionLetsMoreWaitThanThePolicyDoes() throws IOException {
    long before = Target.socketBytes();
    double conflated = conflated();
    try (RawClient eve = slow()) {
      eve.say(
          "{'type':'register','address':'latest','headers':{'position':'9223372036854775807'},"
              + "'replyAddress':'ack'}");
      eve.untilText("\"ack\"");
      while (conflated() < conflated + 500) {
        served.node().pubSub().broadcast("latest", "stats", KIBIBYTE);
        LockSupport.parkNanos(PAUSE_NANOS / 10);
        assertThat(Target.socketBytes() - before).isLessThan(4L * Limits.MAX_WAITING_BYTES);
      }
    }
  }

  private static double conflated() {
    return served.node().metrics().get("rollcall.bridge.conflated").counter().count();
  }
}
