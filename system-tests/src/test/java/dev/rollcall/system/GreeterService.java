package dev.rollcall.system;

import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** A fifth service, which no other knows of: it enters a chat room and says one thing there. */
final class GreeterService extends VerticleBase {

  private final Node node;

  private GreeterService(Node node) {
    this.node = node;
  }

  public static void main(String[] args) {
    Node.run("greeter-service", GreeterService::new);
  }

  @Override
  public Future<?> start() {
    JsonObject hello = new JsonObject().put("id", 1_000_000).put("room", "greeted");
    hello.put("user", "Greeter").put("text", "Hello from a fifth service");
    hello.put("client_id", "greeting").put("sent_at", Instant.now().toString());
    return node.presence()
        .session()
        .track("room:greeted", "Greeter", new JsonObject().put("name", "Greeter"))
        .onSuccess(ref -> node.pubSub().broadcast("room:greeted", "new_message", hello));
  }
}
