package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import dev.rollcall.trace.Trace;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A collector is told of the steps, and only where there is one. */
class TraceExportTest {
  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String LINE = "00-" + ID + "-00f067aa0ba902b7-01";

  private final Vertx vertx = Vertx.vertx();

  /** Held: one that nobody holds is closed when memory is cleaned up. */
  private final HttpClient client = vertx.createHttpClient();

  private final List<Buffer> told = new CopyOnWriteArrayList<>();
  private TestCluster cluster;
  private HttpServer collector;

  @BeforeEach
  void open() throws Exception {
    cluster = new TestCluster("trace-export-test");
    collector =
        await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(told::add)
                            .onSuccess(read -> request.response().end()))
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void close() {
    cluster.closeAll();
    await(vertx.close());
  }

  /** Broadcasts what it is asked over HTTP. */
  private static final class Service extends VerticleBase {
    private final Node node;
    private final Promise<HttpServer> listening;

    Service(Node node, Promise<HttpServer> listening) {
      this.node = node;
      this.listening = listening;
    }

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      router
          .get("/say")
          .handler(
              request -> {
                node.pubSub().broadcast("said", "event", new JsonObject());
                request.response().end();
              });
      return node.listen(router).onSuccess(listening::complete);
    }
  }

  @Test
  void aBroadcastIsBelowTheStepThatItFollowsFromAndACollectorIsToldOfBoth() throws Exception {
    Promise<HttpServer> listening = Promise.promise();
    Map<String, String> exporting =
        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.actualPort());
    Node node = await(cluster.start(exporting, made -> new Service(made, listening)));
    Node other = await(cluster.start(made -> new VerticleBase() {}));
    Promise<Message> heard = Promise.promise();
    other.pubSub().subscribe("said", heard::tryComplete);

    ask(await(listening.future()).actualPort());
    Trace trace = await(heard.future()).trace().orElseThrow();
    assertThat(trace.id()).isEqualTo(ID);
    assertThat(trace.traceparent()).isNotEqualTo(LINE);

    await(cluster.close(node));
    Buffer all = Buffer.buffer();
    told.forEach(all::appendBuffer);
    String bytes = HexFormat.of().formatHex(all.getBytes());
    String step = trace.traceparent().substring(36, 52);
    assertThat(bytes).contains(ID).contains(step);
    assertThat(all.toString())
        .contains("cluster-test")
        .contains(node.id().value())
        .contains("/say");
  }

  @Test
  void whereNoCollectorIsNothingIsMeasured() throws Exception {
    Promise<HttpServer> listening = Promise.promise();
    Node node = await(cluster.start(made -> new Service(made, listening)));
    assertThat(((VertxInternal) node.vertx()).tracer()).isNull();
    Promise<Message> heard = Promise.promise();
    node.pubSub().subscribe("said", heard::tryComplete);
    ask(await(listening.future()).actualPort());
    assertThat(await(heard.future()).trace()).contains(new Trace(LINE));
  }

  private void ask(int port) {
    await(
        client
            .request(HttpMethod.GET, port, "127.0.0.1", "/say")
            .compose(
                // In one turn: a body is not waited for.
                request ->
                    request
                        .putHeader(Trace.HEADER, LINE)
                        .send()
                        .compose(HttpClientResponse::body)));
  }
}
