package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The orders of a {@link TestServer} over HTTP, a client, and who hears what is announced. */
final class TestApi implements BeforeEachCallback, AfterEachCallback {
  /** As many as a test has under way, so that what is sent at once arrives so. */
  private static final int CONNECTIONS = 50;

  private static final int PIECE_BYTES = 64 * 1024;

  private final TestServer server;
  private final Queue<Message> announced = new ConcurrentLinkedQueue<>();
  private final AtomicInteger closed = new AtomicInteger();
  private Subscription subscription;
  private HttpServer http;
  private HttpClient client;

  TestApi(TestServer server) {
    this.server = server;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    Vertx vertx = server.vertx();
    announced.clear();
    closed.set(0);
    subscription = server.pubSub().subscribe(Orders.TOPIC, announced::add);
    OrdersApi api = new OrdersApi(result(Contract.read(vertx)), server.orders(), server::stats);
    http =
        result(
            vertx
                .createHttpServer()
                .connectionHandler(each -> each.closeHandler(gone -> closed.incrementAndGet()))
                .requestHandler(api.router(vertx))
                .listen(0, "127.0.0.1"));
    client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    subscription.unsubscribe();
    result(client.close());
    result(http.close());
  }

  int port() {
    return http.actualPort();
  }

  Answer get(String path) throws Exception {
    return send(Call.get(path));
  }

  Answer post(JsonObject order) throws Exception {
    return send(Call.post(order));
  }

  Answer send(Call call) throws Exception {
    return result(request(call));
  }

  Future<Answer> request(Call call) {
    return client
        .request(call.method(), http.actualPort(), "127.0.0.1", call.path())
        .compose(
            request -> {
              request.headers().addAll(call.headers());
              // Chained here, on the event loop: from this thread the body might pass unseen.
              Future<Answer> answer = request.response().compose(TestApi::answer);
              return send(request, call).transform(sent -> answer);
            });
  }

  /** Who is refused in the middle may not get rid of the rest: the answer is what counts. */
  private static Future<?> send(HttpClientRequest request, Call call) {
    Buffer body = call.body();
    if (!call.inPieces()) {
      return request.end(body);
    }
    request.setChunked(true);
    List<Future<Void>> pieces = new ArrayList<>();
    for (int from = 0; from < body.length(); from += PIECE_BYTES) {
      pieces.add(request.write(body.slice(from, Math.min(from + PIECE_BYTES, body.length()))));
    }
    pieces.add(request.end());
    return Future.join(pieces);
  }

  private static Future<Answer> answer(HttpClientResponse response) {
    return response.body().map(body -> new Answer(response.statusCode(), response.headers(), body));
  }

  /** Waits until the server has seen a connection go. */
  void awaitClosed() throws Exception {
    while (closed.get() == 0) {
      result(server.vertx().timer(1));
    }
  }

  /** Announcements are delivered on an event loop: one that was to come is there in a moment. */
  Message announcement() throws Exception {
    while (announced.isEmpty()) {
      result(server.vertx().timer(1));
    }
    return announced.remove();
  }

  /** Returns what was announced so far and not asked for yet, all of it. */
  List<Message> announced() throws Exception {
    server.settle();
    return List.copyOf(announced);
  }

  /** A later order is the proof: it is the first that is stored and announced. */
  void assertNothingHappened() throws Exception {
    Answer next = post(Samples.order());

    assertThat(get("/orders").ids()).containsExactly(next.id());
    assertThat(announcement().payload()).isEqualTo(next.json());
    assertThat(announced).isEmpty();
  }
}
