package dev.rollcall.bridge;

import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import dev.rollcall.presence.PresenceBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Real nodes of one cluster with a bridge each, on free ports. */
final class TestNodes {
  static final String SECRET = "a-secret-of-this-test-with-enough-characters";

  private TestNodes() {}

  /** A node and where its browsers come in. */
  record Served(Node node, int port) {
    void close() {
      await(node.close());
    }
  }

  /**
   * Starts a node that is a cluster of its own.
   *
   * @param routes puts its routes, and with them its bridge, on the router
   */
  static Served start(Map<String, String> variables, BiConsumer<Node, Router> routes)
      throws IOException {
    int clusterPort = freePort();
    return start(variables, clusterPort, "127.0.0.1:" + clusterPort, routes);
  }

  /** As above, of the service whose nodes are taken for replicas. */
  static Served startReplica(BiConsumer<Node, Router> routes) throws IOException {
    int clusterPort = freePort();
    String members = "127.0.0.1:" + clusterPort;
    return start(PresenceBus.SERVICE, Map.of(), clusterPort, members, routes);
  }

  static Served start(
      Map<String, String> variables,
      int clusterPort,
      String members,
      BiConsumer<Node, Router> routes)
      throws IOException {
    return start("bridge-test", variables, clusterPort, members, routes);
  }

  private static Served start(
      String service,
      Map<String, String> variables,
      int clusterPort,
      String members,
      BiConsumer<Node, Router> routes)
      throws IOException {
    int port = freePort();
    Map<String, String> all = new HashMap<>();
    all.put("ROLLCALL_HTTP_PORT", Integer.toString(port));
    all.put("ROLLCALL_CLUSTER_PORT", Integer.toString(clusterPort));
    all.put("ROLLCALL_CLUSTER_MEMBERS", members);
    all.put("ROLLCALL_CLUSTER_NAME", "bridge-test-" + members.hashCode());
    all.put("ROLLCALL_JWT_SECRET", SECRET);
    all.putAll(variables);
    Node node = await(Node.start(service, new Environment(all), made -> new Service(made, routes)));
    return new Served(node, port);
  }

  private static final class Service extends VerticleBase {
    private final Node node;
    private final BiConsumer<Node, Router> routes;

    Service(Node node, BiConsumer<Node, Router> routes) {
      this.node = node;
      this.routes = routes;
    }

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      routes.accept(node, router);
      return node.listen(router);
    }
  }

  /**
   * Signs a token.
   *
   * @param seconds until it expires; it is expired where they are negative
   */
  static String token(Node node, String user, int seconds) {
    return token(node, user, SECRET, seconds);
  }

  static String token(Node node, String user, String secret, int seconds) {
    return token(node, new JsonObject().put("sub", user), secret, seconds);
  }

  /** Signs a token with these claims, good for a minute. */
  static String token(Node node, JsonObject claims) {
    return token(node, claims, SECRET, 60);
  }

  private static String token(Node node, JsonObject claims, String secret, int seconds) {
    JWTAuth tokens =
        JWTAuth.create(
            node.vertx(),
            new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret)));
    long exp = System.currentTimeMillis() / 1_000 + seconds;
    return tokens.generateToken(claims.copy().put("exp", exp));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}
