package dev.rollcall.system;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.BridgeUser;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** Lets browsers into rooms, and does nothing else. */
final class BridgeService extends VerticleBase {
  private final Node node;

  private BridgeService(Node node) {
    this.node = node;
  }

  public static void main(String[] args) {
    Node.run("bridge-service", BridgeService::new);
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    Bridge.on(node)
        .topic("room:*", TopicPolicy.everyone().present(BridgeService::meta))
        .mount(router);
    return node.listen(router);
  }

  private static JsonObject meta(BridgeUser user, String topic) {
    return new JsonObject().put("name", user.name());
  }
}
