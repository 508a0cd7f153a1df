package dev.rollcall.chat;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.BridgeUser;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.database.Database;
import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;

/** Stores what is posted, lists it, and lets browsers into the rooms. */
final class ChatVerticle extends VerticleBase {
  private final Node node;

  ChatVerticle(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    return Database.open(node, "chat")
        .map(database -> new Messages(database.pool()))
        .compose(messages -> new ChatBus(messages, node.pubSub()).register(vertx.eventBus()))
        .compose(listening -> node.listen(routes()));
  }

  private Router routes() {
    Router router = Router.router(vertx);
    Bridge.on(node)
        .topic(
            Room.TOPIC_PREFIX + "*",
            TopicPolicy.allow((user, topic) -> Room.isTopic(topic)).present(ChatVerticle::meta))
        .send(ChatBus.POST)
        .send(ChatBus.LIST)
        .mount(router);
    return router;
  }

  private static JsonObject meta(BridgeUser user, String topic) {
    return new JsonObject()
        .put("name", user.name())
        .put("online_at", Instant.now().getEpochSecond());
  }
}
