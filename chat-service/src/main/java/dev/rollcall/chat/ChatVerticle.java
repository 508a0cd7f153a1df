package dev.rollcall.chat;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.database.Database;
import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;

/** Keeps rooms' messages and serves the page on which people talk. */
final class ChatVerticle extends VerticleBase {
  private final Node node;

  ChatVerticle(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    return Database.open(node, "chat")
        .map(database -> new ChatBus(new Messages(database.pool()), node.pubSub()))
        .compose(chat -> chat.register(vertx.eventBus()))
        .compose(listening -> serve());
  }

  private Future<HttpServer> serve() {
    Router router = Router.router(vertx);
    Bridge.on(node)
        .topic(
            Room.TOPICS,
            TopicPolicy.allow((user, topic) -> Room.isTopic(topic)).present(this::meta))
        .send(ChatBus.POST)
        .send(ChatBus.LIST)
        .mount(router);
    return node.listen(router);
  }

  private JsonObject meta(String user, String topic) {
    return new JsonObject().put("name", user).put("online_at", Instant.now().getEpochSecond());
  }
}
