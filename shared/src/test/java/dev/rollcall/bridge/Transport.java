package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The ways in which frames travel between a client and a bridge. */
enum Transport {
  RAW_WEBSOCKET {
    @Override
    Line open(BridgeUnderTest bridge, Consumer<String> frames) {
      return WebSocketLine.open(bridge, "/eventbus/websocket", frames, List::of);
    }
  },

  SOCKJS_WEBSOCKET {
    @Override
    Line open(BridgeUnderTest bridge, Consumer<String> frames) {
      SockJsFrames messages = new SockJsFrames(frames);
      return WebSocketLine.open(
          bridge, session() + "/websocket", messages, out -> List.of(array(out)));
    }
  },

  XHR_POLLING {
    @Override
    Line open(BridgeUnderTest bridge, Consumer<String> frames) {
      XhrLine line = new XhrLine(bridge);
      SockJsFrames lines = new SockJsFrames(frames);
      line.poll(lines).await();
      line.pollOn(lines);
      return line;
    }
  },

  XHR_STREAMING {
    @Override
    Line open(BridgeUnderTest bridge, Consumer<String> frames) {
      XhrLine line = new XhrLine(bridge);
      line.stream(HttpMethod.POST, "/xhr_streaming", new SockJsFrames(frames));
      return line;
    }
  },

  EVENT_SOURCE {
    @Override
    Line open(BridgeUnderTest bridge, Consumer<String> frames) {
      XhrLine line = new XhrLine(bridge);
      line.stream(HttpMethod.GET, "/eventsource", new SockJsFrames(frames));
      return line;
    }
  };

  /** One open connection. */
  interface Line {
    /** Sends frames, all at once where the transport can. */
    void write(String... frames);

    void close();
  }

  /**
   * Connects.
   *
   * @param frames takes each frame that arrives, on some event loop
   */
  abstract Line open(BridgeUnderTest bridge, Consumer<String> frames);

  private static String session() {
    return "/eventbus/000/" + UUID.randomUUID();
  }

  private static String array(String... frames) {
    return new JsonArray(List.of(frames)).encode();
  }

  /** A WebSocket, and its client: one that nobody holds is closed by and by. */
  private record WebSocketLine(
      WebSocketClient client, WebSocket socket, Function<String[], List<String>> framing)
      implements Line {

    /** Vert.x's raw endpoint sends binary frames, all others text: a client takes both. */
    static Line open(
        BridgeUnderTest bridge,
        String path,
        Consumer<String> messages,
        Function<String[], List<String>> framing) {
      WebSocketConnectOptions options =
          new WebSocketConnectOptions()
              .setHost("127.0.0.1")
              .setPort(bridge.port())
              .setURI(path)
              .setHeaders(MultiMap.caseInsensitiveMultiMap().addAll(bridge.credentials()));
      WebSocketClient client = bridge.vertx().createWebSocketClient();
      ClientWebSocket socket =
          client
              .webSocket()
              .textMessageHandler(messages::accept)
              .binaryMessageHandler(bytes -> messages.accept(bytes.toString()));
      return new WebSocketLine(client, socket.connect(options).await(), framing);
    }

    @Override
    public void write(String... frames) {
      framing.apply(frames).forEach(message -> socket.writeTextMessage(message).await());
    }

    @Override
    public void close() {
      client.close().await();
    }
  }

  /** Takes SockJS's frames apart: {@code o} comes first, then arrays and heartbeats. */
  private static final class SockJsFrames implements Consumer<String> {
    private final Consumer<String> frames;
    private boolean open;

    SockJsFrames(Consumer<String> frames) {
      this.frames = frames;
    }

    @Override
    public void accept(String frame) {
      if (!open) {
        assertThat(frame).isEqualTo("o");
        open = true;
      } else if (frame.startsWith("a")) {
        new JsonArray(frame.substring(1)).forEach(message -> frames.accept((String) message));
      } else {
        assertThat(frame).matches("h|c\\[\\d+,\".*\"]");
      }
    }
  }

  /** Requests that carry frames to the server, and responses that carry frames from it. */
  private static final class XhrLine implements Line {
    private final BridgeUnderTest bridge;
    private final String session = session();
    private final HttpClient http;
    private volatile boolean closed;

    XhrLine(BridgeUnderTest bridge) {
      this.bridge = bridge;
      this.http =
          bridge
              .vertx()
              .createHttpClient(
                  new HttpClientOptions().setKeepAlive(false),
                  new PoolOptions().setHttp1MaxSize(10));
    }

    @Override
    public void write(String... frames) {
      int status =
          onLoop(
                  () ->
                      request(HttpMethod.POST, "/xhr_send")
                          .compose(request -> request.send(array(frames))))
              .await()
              .statusCode();
      assertThat(status).isEqualTo(204);
    }

    /** Waits for one response, which has one frame. */
    Future<Void> poll(Consumer<String> frames) {
      return onLoop(
              () ->
                  request(HttpMethod.POST, "/xhr")
                      .compose(HttpClientRequest::send)
                      .compose(HttpClientResponse::body))
          .map(
              body -> {
                frames.accept(body.toString().stripTrailing());
                return null;
              });
    }

    void pollOn(Consumer<String> frames) {
      poll(frames)
          .onSuccess(
              done -> {
                if (!closed) {
                  pollOn(frames);
                }
              });
    }

    /** Reads lines until the end; what is no frame pads the response or names the field. */
    void stream(HttpMethod method, String path, Consumer<String> frames) {
      RecordParser lines =
          RecordParser.newDelimited(
              "\n",
              bytes -> {
                String line = line(bytes);
                if (!line.isEmpty() && !line.matches("h{2048}")) {
                  frames.accept(line);
                }
              });
      onLoop(
              () ->
                  request(method, path)
                      .compose(HttpClientRequest::send)
                      .map(response -> response.handler(lines)))
          .await();
    }

    /** On one event loop a response's handler is there before its first bytes. */
    private <T> Future<T> onLoop(Supplier<Future<T>> step) {
      Promise<T> done = Promise.promise();
      bridge
          .vertx()
          .runOnContext(
              turn -> Future.succeededFuture().compose(now -> step.get()).onComplete(done));
      return done.future();
    }

    private static String line(Buffer bytes) {
      String line = bytes.toString().strip();
      return line.startsWith("data: ") ? line.substring("data: ".length()) : line;
    }

    private Future<HttpClientRequest> request(HttpMethod method, String path) {
      return http.request(method, bridge.port(), "127.0.0.1", session + path)
          .map(
              request -> {
                bridge.credentials().forEach(request::putHeader);
                return request;
              });
    }

    @Override
    public void close() {
      closed = true;
      http.close().await();
    }
  }
}
