package dev.rollcall.bridge;

import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Map;

/** Our bridge on a node of its own, and a user who is signed in. */
record RollcallBridge(Node node, int port, Map<String, String> credentials)
    implements BridgeUnderTest {
  private static final String SECRET = "a-secret-of-this-test-with-enough-characters";

  static BridgeUnderTest start() {
    int port = freePort();
    int clusterPort = freePort();
    Environment environment =
        new Environment(
            Map.of(
                "ROLLCALL_HTTP_PORT",
                Integer.toString(port),
                "ROLLCALL_CLUSTER_PORT",
                Integer.toString(clusterPort),
                "ROLLCALL_CLUSTER_MEMBERS",
                "127.0.0.1:" + clusterPort,
                "ROLLCALL_CLUSTER_NAME",
                "contract-test-" + clusterPort,
                "ROLLCALL_JWT_SECRET",
                SECRET));
    Node node = Node.start("contract-test", environment, Service::new).await();
    return new RollcallBridge(node, port, Map.of("Authorization", "Bearer " + token(node)));
  }

  private static final class Service extends VerticleBase {
    private final Node node;

    Service(Node node) {
      this.node = node;
    }

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      Bridge bridge = Bridge.on(node).topic("room:*", TopicPolicy.everyone());
      ContractServices.PERMITTED.forEach(address -> bridge.send(address).publish(address));
      bridge.mount(router);
      return node.listen(router);
    }
  }

  @Override
  public Vertx vertx() {
    return node.vertx();
  }

  @Override
  public void broadcast(String topic, String event, JsonObject payload) {
    node.pubSub().broadcast(topic, event, payload);
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
    node.close().await();
  }

  private static String token(Node node) {
    return JWTAuth.create(
            node.vertx(),
            new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(SECRET)))
        .generateToken(
            new JsonObject().put("sub", "ana"), new JWTOptions().setExpiresInSeconds(600));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }
}
