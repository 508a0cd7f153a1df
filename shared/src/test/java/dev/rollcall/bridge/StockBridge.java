package dev.rollcall.bridge;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import java.util.Map;

/** Vert.x's own bridge, which sets the protocol. */
record StockBridge(Vertx vertx, int port) implements BridgeUnderTest {
  private static final int MAX_HANDLERS = 100;

  /** The tests' clients ping when the test is of pings. */
  private static final long PING_MILLIS = 60_000;

  static BridgeUnderTest start() {
    Vertx vertx = Vertx.vertx();
    Router router = Router.router(vertx);
    router.post().handler(BodyHandler.create(false));
    router.route("/eventbus/*").subRouter(SockJSHandler.create(vertx).bridge(permissions()));
    HttpServer server =
        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
    return new StockBridge(vertx, server.actualPort());
  }

  private static SockJSBridgeOptions permissions() {
    SockJSBridgeOptions options =
        new SockJSBridgeOptions()
            .setMaxHandlersPerSocket(MAX_HANDLERS)
            .setPingTimeout(PING_MILLIS)
            .addOutboundPermitted(new PermittedOptions().setAddressRegex("room:.*"));
    ContractServices.PERMITTED.forEach(
        address -> options.addInboundPermitted(new PermittedOptions().setAddress(address)));
    return options;
  }

  @Override
  public Map<String, String> credentials() {
    return Map.of();
  }

  @Override
  public void broadcast(String topic, String event, JsonObject payload) {
    vertx.eventBus().publish(topic, new JsonObject().put("event", event).put("payload", payload));
  }

  @Override
  public int maxHandlers() {
    return MAX_HANDLERS;
  }

  @Override
  public int unreachedCode() {
    return -1;
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
