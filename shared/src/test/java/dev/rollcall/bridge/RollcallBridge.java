package dev.rollcall.bridge;

import dev.rollcall.node.Node;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Our bridge on a node of its own, and a user who is signed in. */
record RollcallBridge(TestNodes.Served served, Map<String, String> credentials)
    implements BridgeUnderTest {
  static BridgeUnderTest start() {
    try {
      TestNodes.Served served = TestNodes.start(Map.of(), RollcallBridge::mount);
      String token = TestNodes.token(served.node(), "ana", 600);
      return new RollcallBridge(served, Map.of("Authorization", "Bearer " + token));
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
  }

  private static void mount(Node node, Router router) {
    Bridge bridge = Bridge.on(node).topic("room:*", TopicPolicy.everyone());
    ContractServices.PERMITTED.forEach(address -> bridge.send(address).publish(address));
    bridge.mount(router);
  }

  @Override
  public Vertx vertx() {
    return served.node().vertx();
  }

  @Override
  public int port() {
    return served.port();
  }

  @Override
  public void broadcast(String topic, String event, JsonObject payload) {
    served.node().pubSub().broadcast(topic, event, payload);
  }

  @Override
  public int maxHandlers() {
    return 100;
  }

  /** A code that a page can show, as of HTTP. */
  @Override
  public int unreachedCode() {
    return 503;
  }

  @Override
  public void close() {
    served.close();
  }
}
