package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PatienceTest {
  /** Long enough that a client on a busy machine has said its first words before. */
  private static final long PATIENCE_MILLIS = 1000;

  private final Vertx vertx = Vertx.vertx();
  private final Patience patience = new Patience(vertx, PATIENCE_MILLIS);

  /** Held, since Vert.x closes the sockets of one that is nobody's any more. */
  private final NetClient connector = vertx.createNetClient();

  private final Promise<Integer> ended = Promise.promise();
  private HttpServer server;

  /** A client, what it has been sent, and whether it is still there. */
  private record Client(
      NetSocket socket, Buffer received, Promise<Void> answered, Promise<Void> closed) {}

  @BeforeEach
  void listen() {
    Router router = Router.router(vertx);
    router.route().handler(patience);
    router
        .route("/watched")
        .handler(
            routing -> {
              routing.addEndHandler(end -> ended.tryComplete());
              routing.response().end("watched");
            });
    router
        .route("/slow")
        .handler(
            routing ->
                vertx.setTimer(2 * PATIENCE_MILLIS, late -> routing.response().end("at last")));
    router.route("/socket").handler(routing -> routing.request().toWebSocket());
    server =
        await(
            vertx
                .createHttpServer(WebServer.options())
                .connectionHandler(patience::opened)
                .requestHandler(router)
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void isForgottenOnceItIsOver() {
    await(vertx.close());
    assertThat(patience.size()).as("connections that it knows of").isZero();
  }

  @Test
  void whoSaysNothingIsLetGo() {
    await(connect("").closed().future());
  }

  @Test
  void whoSaysNothingAfterARequestIsLetGoThoughARouteWaitedForItsEndToo() {
    Client client = connect("GET /watched HTTP/1.1\r\nHost: a\r\n\r\n");
    await(client.closed().future());
    await(ended.future());
    assertThat(client.received().toString()).startsWith("HTTP/1.1 200 ").endsWith("watched");
  }

  @Test
  void aBodyThatDoesNotEndIsNotWaitedFor() {
    Client client = connect("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx");
    await(client.closed().future());
    assertThat(client.received().length()).isZero();
  }

  @Test
  void anAnswerMayTakeItsTimeAndTheNextRequestHasItsOwn() {
    Client client = connect("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    await(client.answered().future());
    client.socket().write("GET /watched HTTP/1.1\r\nHost: a\r\n\r\n");
    await(client.closed().future());
    assertThat(client.received().toString()).contains("at last").endsWith("watched");
  }

  @Test
  void anAnswerMayTakeItsTimeBehindAnother() {
    Client client = connect("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2));
    await(client.closed().future());
    assertThat(client.received().toString()).containsPattern("(?s)at last.*at last$");
  }

  @Test
  void whoHasUpgradedIsNotWaitedForAnyMore() {
    Client client =
        connect(
            """
            GET /socket HTTP/1.1
            Host: a
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

            """
                .replace("\n", "\r\n"));
    await(vertx.timer(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
    assertThat(client.received().toString()).startsWith("HTTP/1.1 101 ");
    assertThat(client.closed().future().isComplete()).isFalse();
  }

  /** One that says this at once. */
  private Client connect(String words) {
    return await(connector.connect(server.actualPort(), "127.0.0.1").map(s -> said(s, words)));
  }

  private static Client said(NetSocket socket, String words) {
    Client client = new Client(socket, Buffer.buffer(), Promise.promise(), Promise.promise());
    socket.handler(
        part -> {
          client.received().appendBuffer(part);
          client.answered().tryComplete();
        });
    socket.closeHandler(client.closed()::tryComplete);
    socket.write(words);
    return client;
  }
}
