package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators are shown is what has happened. */
class BridgeMetricsTest {
  private static final int MESSAGES = 10;
  private static final int SMALL_BUFFER = 4_096;
  private static final int MAX_MESSAGES = 4_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final JsonObject LARGE = new JsonObject().put("text", "x".repeat(8_192));
  private static final JsonObject PAYLOAD = new JsonObject().put("text", "x".repeat(100));

  private static Target target;

  @BeforeAll
  static void start() throws IOException {
    target = Target.start();
  }

  @AfterAll
  static void stop() {
    target.close();
  }

  /** Those of the test before are gone. */
  @BeforeEach
  void awaitNobody() {
    target.awaitConnections(0);
  }

  private static double sum(String name) {
    return target.sum("rollcall.bridge." + name);
  }

  private static double closed(CloseCode code) {
    return target.count("rollcall.bridge.closed", "reason", code.reason());
  }

  @Test
  void deliveriesEncodingsAndBytesAreThoseThatWere() throws IOException {
    try (RawClient ana = RawClient.open(target, "ana").registered("room:a");
        RawClient bob = RawClient.open(target, "bob").registered("room:a");
        RawClient eve = RawClient.connect(target.port())) {
      eve.upgrade(target, "eve", "/eventbus/000/metrics/websocket");
      double deliveries = sum("deliveries");
      double encodings = sum("encodings");
      double bytes = sum("sent.bytes");
      for (int i = 0; i < MESSAGES; i++) {
        target.broadcast("room:a", "said", PAYLOAD);
      }
      long heard = 0;
      for (int i = 0; i < MESSAGES; i++) {
        heard += 2L * ana.frame().text().length();
        bob.frame();
      }
      assertThat(sum("deliveries") - deliveries).isEqualTo(2.0 * MESSAGES);
      assertThat(sum("encodings") - encodings).isEqualTo(MESSAGES);
      assertThat(sum("sent.bytes") - bytes).isBetween((double) heard, heard + 2.0 * MESSAGES * 10);
      assertThat(target.subscriptions()).isEqualTo(2);
      assertThat(target.metric("rollcall.bridge.topics")).isOne();
    }
    awaitNobody();
    assertThat(target.metric("rollcall.bridge.topics")).isZero();
  }

  @Test
  void aCloseIsCountedByWhatItWas() throws IOException {
    double cut = closed(CloseCode.CUT);
    double normal = closed(CloseCode.NORMAL);
    RawClient.open(target, "ana").reset();
    Target.awaitThat("one is cut", () -> closed(CloseCode.CUT) == cut + 1);
    try (RawClient bob = RawClient.open(target, "bob")) {
      bob.write(Bytes.frame(Bytes.CLOSE, new byte[] {3, -24}));
      assertThat(bob.status()).isEqualTo(1000);
    }
    Target.awaitThat("one has closed", () -> closed(CloseCode.NORMAL) == normal + 1);
    assertThat(closed(CloseCode.CUT)).isEqualTo(cut + 1);
  }

  /** The latest messages of a topic wait; what they took the place of does not. */
  @Test
  void whatWaitsForWhoDoesNotReadIsShownUntilItReads() throws IOException {
    try (RawClient ana = RawClient.connect(target.port(), SMALL_BUFFER)) {
      ana.upgrade(target, "ana").registered("latest");
      double conflated = target.count("rollcall.bridge.conflated");
      int last = 0;
      while (target.count("rollcall.bridge.conflated") == conflated) {
        last++;
        assertThat(last).as("messages until one takes another's place").isLessThan(MAX_MESSAGES);
        target.broadcast("latest", "stats", LARGE.copy().put("n", last));
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      Target.awaitThat("a tick has seen what waits", () -> waitingBytes() > 0);
      assertThat(waitingBytes()).isBetween(Limits.CAUGHT_UP_BYTES, Limits.MAX_WAITING_BYTES);
      ana.untilText("\"n\":" + last + "}");
      Target.awaitThat("a tick has seen that nothing waits", () -> waitingBytes() == 0);
    }
  }

  private static int waitingBytes() {
    return (int) target.metric("rollcall.bridge.waiting.bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "raw_websocket,/eventbus/websocket",
    "sockjs_websocket,/eventbus/000/opened/websocket"
  })
  void whoComesInIsCountedByTheWay(String transport, String path) throws IOException {
    double before = target.count("rollcall.bridge.opened", "transport", transport);
    try (RawClient ana = RawClient.connect(target.port())) {
      ana.upgrade(target, "ana", path);
      Target.awaitThat("she is connected", () -> target.connections() == 1);
      assertThat(target.count("rollcall.bridge.opened", "transport", transport))
          .isEqualTo(before + 1);
    }
  }

  @Test
  void whoIsNotLetInIsCounted() throws IOException {
    double before = target.count("rollcall.bridge.rejected", "reason", "foreign_origin");
    try (RawClient eve = RawClient.connect(target.port())) {
      eve.write(Bytes.utf8("GET /eventbus/info HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\n\r\n"));
      assertThat(eve.head()).startsWith("HTTP/1.1 403 ");
    }
    assertThat(target.count("rollcall.bridge.rejected", "reason", "foreign_origin"))
        .isEqualTo(before + 1);
  }
}
