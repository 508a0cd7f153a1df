package dev.rollcall.chat;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.BridgeUser;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.database.Database;
import dev.rollcall.node.Node;
import dev.rollcall.outbox.Outbox;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Stores what is posted, lists it, and lets browsers into the rooms. */
final class ChatVerticle extends VerticleBase {
  private final Node node;

  ChatVerticle(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    return Database.open(node, "chat")
        .compose(
            database -> Outbox.open(node, database).compose(outbox -> serve(database, outbox)));
  }

  private Future<HttpServer> serve(Database database, Outbox outbox) {
    Messages messages = new Messages(database, outbox);
    Chat chat = new Chat(messages, new Rooms(database), node.pubSub(), ChatVerticle::nowMillis);
    ChatBus bus = new ChatBus(chat);
    return bus.register(vertx.eventBus()).compose(done -> node.listen(routes(bus, outbox)));
  }

  private Router routes(ChatBus bus, Outbox outbox) {
    Router router = Router.router(vertx);
    Bridge bridge =
        Bridge.on(node)
            .topic(
                Room.TOPIC_PREFIX + "*",
                TopicPolicy.allow((user, topic) -> Room.isTopic(topic))
                    .present(ChatVerticle::meta)
                    .replay(outbox.history()))
            .topic(
                PersonalTopic.PREFIX + "*",
                TopicPolicy.allow(PersonalTopic::isOf).replay(outbox.history()));
    bus.addresses().forEach(bridge::send);
    bridge.mount(router);
    return router;
  }

  private static JsonObject meta(BridgeUser user, String topic) {
    return new JsonObject()
        .put("name", user.name())
        .put("online_at", Instant.now().getEpochSecond());
  }

  private static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
