package dev.rollcall.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
  private static final String LINE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final String OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

  private final Vertx vertx = Vertx.vertx();

  /** One connection for all. */
  private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void aLineThatIsAsItMustBeNamesATrace() {
    assertThat(Trace.parse(LINE).map(Trace::traceparent)).contains(LINE);
    assertThat(Trace.parse(OTHER)).contains(new Trace(OTHER));
    assertThat(Trace.parse(null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473\"-00f067aa0ba902b7-01",
      })
  void anyOtherNamesNone(String line) {
    assertThat(Trace.parse(line)).isEmpty();
    assertThatThrownBy(() -> new Trace(line)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsBroadcastForAMessageOfTheBusBelongsToItsTraceAndNothingElseDoes() {
    Trace.followOnBus(vertx);
    PubSub pubSub = PubSub.local(vertx);
    List<Optional<Trace>> heard = new CopyOnWriteArrayList<>();
    pubSub.subscribe("topic", (Message message) -> heard.add(message.trace()));
    vertx
        .eventBus()
        .<String>consumer(
            "service",
            message ->
                vertx
                    .timer(1, TimeUnit.MILLISECONDS)
                    .onSuccess(later -> pubSub.broadcast("topic", "event", new JsonObject()))
                    .onSuccess(later -> message.reply(message.body())));
    await(Future.all(ask(LINE), ask(OTHER), ask("no trace"), ask(null)));
    await(ask(null));
    pubSub.broadcast("topic", "event", new JsonObject());
    await(vertx.timer(50, TimeUnit.MILLISECONDS));
    assertThat(heard)
        .containsExactlyInAnyOrder(
            Trace.parse(LINE),
            Trace.parse(OTHER),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThat(Trace.current()).isEmpty();
  }

  private Future<?> ask(String traceparent) {
    DeliveryOptions options = new DeliveryOptions();
    if (traceparent != null) {
      options.addHeader(Trace.HEADER, traceparent);
    }
    return vertx.eventBus().request("service", "question", options);
  }

  @Test
  void aRequestOverHttpIsHandledWithinItsTrace() {
    Router router = Router.router(vertx);
    router.route().handler(Trace::follow);
    router
        .get("/trace")
        .handler(
            request ->
                request.response().end(Trace.current().map(Trace::traceparent).orElse("none")));
    int port =
        await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1")).actualPort();
    assertThat(get(port, LINE)).isEqualTo(LINE);
    assertThat(get(port, "invalid")).isEqualTo("none");
    assertThat(get(port, OTHER)).isEqualTo(OTHER);
  }

  private String get(int port, String traceparent) {
    return await(
            client
                .request(HttpMethod.GET, port, "127.0.0.1", "/trace")
                .compose(
                    // In one turn: a body is not waited for.
                    request ->
                        request
                            .putHeader(Trace.HEADER, traceparent)
                            .send()
                            .compose(HttpClientResponse::body)))
        .toString();
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}
