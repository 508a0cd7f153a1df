package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client of HTTP would send. None of it is the service's fault, nor told as such. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrdersApiWireTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String HEAD =
      "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

  @RegisterExtension final TestApi api = new TestApi(SERVER);
  @RegisterExtension final TestLog log = new TestLog();

  private NetClient client;

  @BeforeEach
  void open() {
    client = SERVER.vertx().createNetClient();
  }

  @AfterEach
  void close() throws Exception {
    result(client.close());
  }

  @Test
  void aRequestWithoutAHostIsRefused() throws Exception {
    String answer = exchange("GET /orders HTTP/1.1\r\nConnection: close\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 400 ")
        .containsIgnoringCase("content-type: application/problem+json");
    assertThat(log.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "Idempotency-Key: a\u0000b\r\nContent-Length: 2\r\n\r\n{}",
        "no colon\r\n\r\n"
      })
  void aRequestThatIsNoneEndsTheConnectionAndLeavesNothing(String rest) throws Exception {
    String answer = exchange(HEAD + rest);

    assertThat(answer)
        .satisfiesAnyOf(
            nothing -> assertThat(nothing).isEmpty(),
            refused -> assertThat(refused).startsWith("HTTP/1.1 400 "));
    api.assertNothingHappened();
    assertThat(log.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 1000\r\n\r\n{\"customer\":",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        "Transfer-Encoding: chunked\r\n\r\n10\r\n{"
      })
  void whoLeavesInTheMiddleLeavesNothing(String rest) throws Exception {
    NetSocket socket = connected();
    result(socket.write(HEAD + rest));
    result(socket.close());
    api.awaitClosed();

    api.assertNothingHappened();
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void whoLeavesBeforeTheAnswerHasOrderedAllTheSame() throws Exception {
    Buffer order = Samples.order().toBuffer();
    NetSocket socket = connected();
    result(socket.write(HEAD + "Content-Length: " + order.length() + "\r\n\r\n" + order));
    result(socket.close());

    assertThat(api.announcement().event()).isEqualTo(Orders.CREATED);
    assertThat(log.warnings()).isEmpty();
  }

  private NetSocket connected() throws Exception {
    return result(client.connect(api.port(), "127.0.0.1"));
  }

  /** Returns all that is answered until the other side closes. */
  private String exchange(String text) throws Exception {
    Buffer heard = Buffer.buffer();
    Promise<Void> closed = Promise.promise();
    Future<NetSocket> socket =
        client
            .connect(api.port(), "127.0.0.1")
            .onSuccess(
                opened -> {
                  opened.handler(heard::appendBuffer);
                  opened.closeHandler(closed::complete);
                });
    result(result(socket).write(text));
    result(closed.future());
    return heard.toString();
  }
}
