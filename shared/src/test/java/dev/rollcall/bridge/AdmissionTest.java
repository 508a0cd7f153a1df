package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A place that was taken is free again, and is counted for the address that has it. */
class AdmissionTest {
  private static final int OF_AN_ADDRESS = 20;
  private static final long LET_IN_MILLIS = 50;

  private static TestNodes.Served served;

  @BeforeAll
  static void start() throws IOException {
    served =
        TestNodes.start(
            Map.of(
                "ROLLCALL_PROXIES",
                "1",
                "ROLLCALL_MAX_CONNECTIONS_PER_ADDRESS",
                Integer.toString(OF_AN_ADDRESS)),
            (node, router) -> {
              router.route("/eventbus/*").handler(AdmissionTest::slowly);
              Bridge.on(node).topic("room:*", TopicPolicy.everyone()).mount(router);
            });
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  /** As where a token is checked elsewhere. */
  private static void slowly(RoutingContext request) {
    request.request().pause();
    request.vertx().setTimer(LET_IN_MILLIS, late -> request.next());
  }

  private static RawClient coming(String user, String... headers) throws IOException {
    String token = TestNodes.token(served.node(), user, 60);
    byte[] handshake = RawClient.handshake(served.port(), token, "/eventbus/websocket");
    byte[] more = Bytes.utf8(String.join("\r\n", headers) + "\r\n\r\n");
    byte[] begun = Arrays.copyOf(handshake, handshake.length - 2);
    return RawClient.connect(served.port()).write(Bytes.join(begun, more));
  }

  @Test
  void whoGoesWhileItsTokenIsCheckedHasNoPlace() throws IOException {
    for (int i = 0; i < 2 * OF_AN_ADDRESS; i++) {
      RawClient hasty = coming("eve", "X-Forwarded-For: 192.0.2.1");
      if (i % 2 == 0) {
        hasty.reset();
      } else {
        hasty.close();
      }
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4 * LET_IN_MILLIS));
    try (RawClient ana = coming("ana", "X-Forwarded-For: 192.0.2.1")) {
      assertThat(ana.head()).startsWith("HTTP/1.1 101 ");
    }
  }

  /** Some proxies add a line of their own to what the client has said. */
  @Test
  void theAddressIsTheOneThatTheProxySays() throws IOException {
    List<RawClient> open = new ArrayList<>();
    for (int i = 0; i < OF_AN_ADDRESS; i++) {
      open.add(coming("eve" + i, "X-Forwarded-For: 10.0.0." + i, "X-Forwarded-For: 192.0.2.2"));
      assertThat(open.get(i).head()).startsWith("HTTP/1.1 101 ");
    }
    try (RawClient eve = coming("eve", "X-Forwarded-For: 10.0.1.1, 192.0.2.2")) {
      assertThat(eve.head()).startsWith("HTTP/1.1 429 ");
    }
    for (RawClient each : open) {
      each.close();
    }
  }
}
