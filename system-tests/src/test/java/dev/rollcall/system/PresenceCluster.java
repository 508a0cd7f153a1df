package dev.rollcall.system;

import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Replicas and crowds in processes of their own, watched by a node in this one. */
final class PresenceCluster {
  private static final int FIRST_PORT = 6_701;
  private static final int PORTS = 20;
  private static final Duration STARTED = Duration.ofSeconds(60);

  /** A node that only looks on. */
  private static final class Observer extends VerticleBase {
    @Override
    public Future<?> start() {
      return Future.succeededFuture();
    }
  }

  private final Path logs;
  private final List<Integer> ports =
      IntStream.range(FIRST_PORT, FIRST_PORT + 200)
          .filter(Ports::free)
          .limit(PORTS)
          .boxed()
          .collect(Collectors.toCollection(ArrayList::new));
  private final String members =
      ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  private final String name = "presence-it-" + ports.get(0);
  private final List<ServiceProcess> children = new ArrayList<>();
  private final Node observer;

  PresenceCluster(Path logs) throws Exception {
    this.logs = logs;
    this.observer =
        await(
            Node.start(
                "observer", new Environment(environment("observer")), node -> new Observer()));
  }

  Node observer() {
    return observer;
  }

  ServiceProcess replica(String named) throws Exception {
    return replicas(named)[0];
  }

  /** Starts them all at once. */
  ServiceProcess[] replicas(String... names) throws Exception {
    ServiceProcess[] replicas = new ServiceProcess[names.length];
    for (int i = 0; i < names.length; i++) {
      replicas[i] = begin(names[i], "dev.rollcall.replica.Main", environment(names[i]));
    }
    for (ServiceProcess replica : replicas) {
      LogWatch.await(replica, 0, line -> line.contains(" is ready with "), STARTED);
    }
    return replicas;
  }

  ServiceProcess crowd(String named) throws Exception {
    return start(named, CrowdService.class.getName(), "crowd-service ready ", environment(named));
  }

  /**
   * Starts a node that browsers can connect to.
   *
   * @param httpPort none that a member may have, or members take the HTTP server for one
   */
  ServiceProcess bridge(String named, int httpPort) throws Exception {
    Map<String, String> environment = environment(named);
    environment.put("ROLLCALL_HTTP_PORT", String.valueOf(httpPort));
    environment.put("ROLLCALL_JWT_SECRET", RoomBrowsers.SECRET);
    return start(named, BridgeService.class.getName(), "bridge-service ready ", environment);
  }

  /** Makes sessions join; returns when the crowd's node has tracked them. */
  Future<Object> join(String crowd, JsonObject order) {
    return observer
        .vertx()
        .eventBus()
        .request(CrowdService.address(crowd), order)
        .map(reply -> reply.body());
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  void close() throws Exception {
    children.forEach(ServiceProcess::kill);
    for (ServiceProcess child : children) {
      child.endsWithin(Duration.ofSeconds(5));
    }
    await(observer.close());
  }

  private ServiceProcess start(
      String named, String main, String word, Map<String, String> environment)
      throws IOException, InterruptedException {
    ServiceProcess child = begin(named, main, environment);
    LogWatch.await(child, 0, line -> line.contains(word), STARTED);
    return child;
  }

  private ServiceProcess begin(String named, String main, Map<String, String> environment)
      throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dlogback.configurationFile=logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            main);
    ServiceProcess child =
        ServiceProcess.start(
            named, command, environment, logs.resolve(named + ".log"), ServiceProcess::alive);
    children.add(child);
    return child;
  }

  private Map<String, String> environment(String named) {
    Map<String, String> environment = new HashMap<>();
    environment.put("ROLLCALL_MODE", "development");
    environment.put("ROLLCALL_CLUSTER_NAME", name);
    environment.put("ROLLCALL_CLUSTER_MEMBERS", members);
    environment.put("ROLLCALL_CLUSTER_PORT", String.valueOf(ports.remove(0)));
    environment.put("ROLLCALL_HTTP_PORT", "0");
    environment.put("CROWD", named);
    return environment;
  }
}
