package dev.rollcall.system.bench;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** A service that lets everyone register on topics, and broadcasts what it is sent. */
final class RollcallBridge extends VerticleBase {
  private static final String ADDRESS = "bench.publish.";

  private final Node node;

  private RollcallBridge(Node node) {
    this.node = node;
  }

  public static void main(String[] args) throws Exception {
    ServerLife.live(() -> Node.start("bench", Environment.system(), RollcallBridge::new));
  }

  /**
   * Returns where a node takes what its own clients want to be broadcast: nodes that shared an
   * address would take the messages of one client in turns, and their order would be lost.
   */
  static String address(int node) {
    return ADDRESS + node;
  }

  @Override
  public Future<?> start() {
    String address = address(ServerSettings.ownNumber());
    Router router = Router.router(vertx);
    Bridge.on(node).topic("bench:*", TopicPolicy.everyone()).send(address).mount(router);
    return vertx
        .eventBus()
        .<JsonObject>consumer(address, this::broadcast)
        .completion()
        .compose(registered -> node.listen(router));
  }

  private void broadcast(Message<JsonObject> message) {
    JsonObject body = message.body();
    JsonObject payload = new JsonObject().put("b", body.getString("b"));
    node.pubSub().broadcast(body.getString("topic"), "m", payload);
  }
}
