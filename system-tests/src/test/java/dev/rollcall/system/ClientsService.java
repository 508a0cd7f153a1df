package dev.rollcall.system;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What the clients of others talk to: a bridge, services behind it, and the clients' own files. */
final class ClientsService extends VerticleBase {
  private final Node node;
  private final Path clients;
  private Router router;
  private HttpServer server;

  private ClientsService(Node node, Path clients) {
    this.node = node;
    this.clients = clients;
  }

  /** A node of this service in this JVM, and where it is. */
  record Running(Node node, URI address) implements AutoCloseable {
    @Override
    public void close() {
      node.close().await();
    }
  }

  /**
   * Starts it on free ports.
   *
   * @param clients the folder that is served under {@code /clients/}
   */
  static Running start(Path clients) throws IOException {
    int port = FreePorts.one();
    int clusterPort = FreePorts.one();
    Environment environment =
        new Environment(
            Map.of(
                "ROLLCALL_HTTP_PORT",
                Integer.toString(port),
                "ROLLCALL_MANAGEMENT_PORT",
                "0",
                "ROLLCALL_CLUSTER_PORT",
                Integer.toString(clusterPort),
                "ROLLCALL_CLUSTER_MEMBERS",
                "127.0.0.1:" + clusterPort,
                "ROLLCALL_CLUSTER_NAME",
                "clients-test-" + clusterPort));
    Node node =
        Node.start("clients-test", environment, made -> new ClientsService(made, clients)).await();
    return new Running(node, URI.create("http://127.0.0.1:" + port));
  }

  @Override
  public Future<?> start() {
    serve(vertx.eventBus());
    router = Router.router(vertx);
    router
        .get("/clients/*")
        .handler(StaticHandler.create(FileSystemAccess.ROOT, clients.toAbsolutePath().toString()));
    Bridge.on(node)
        .topic("room:*", TopicPolicy.everyone())
        .send("say")
        .send("echo")
        .send("whoami")
        .send("refuse")
        .send("nobody")
        .send("dialogue")
        .send("restart")
        .publish("news")
        .mount(router);
    return listen();
  }

  private Future<HttpServer> listen() {
    return node.listen(router).onSuccess(listening -> server = listening);
  }

  private void serve(EventBus bus) {
    bus.consumer("say", this::say);
    bus.consumer("news", this::announce);
    bus.consumer("echo", ClientsService::echo);
    bus.consumer("whoami", message -> message.reply(message.headers().get("user")));
    bus.consumer("refuse", message -> message.fail(409, "not_now"));
    bus.consumer("dialogue", ClientsService::ask);
    bus.consumer("restart", message -> server.close().compose(closed -> listen()));
  }

  private void say(Message<JsonObject> message) {
    JsonObject payload = new JsonObject().put("text", message.body().getString("text"));
    node.pubSub().broadcast(message.body().getString("topic"), "said", payload);
    message.reply("said");
  }

  private void announce(Message<JsonObject> message) {
    JsonObject payload = message.body().copy().put("lang", message.headers().get("lang"));
    node.pubSub().broadcast("room:news", "news", payload);
  }

  private static void echo(Message<Object> message) {
    DeliveryOptions options = new DeliveryOptions();
    Optional.ofNullable(message.headers().get("lang"))
        .ifPresent(lang -> options.addHeader("lang", lang));
    message.reply(message.body(), options);
  }

  private static void ask(Message<Object> message) {
    message
        .replyAndRequest("who are you?")
        .onSuccess(answer -> answer.reply("hello " + answer.body()));
  }
}
