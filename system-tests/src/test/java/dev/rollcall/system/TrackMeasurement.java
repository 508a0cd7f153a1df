package dev.rollcall.system;

import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import dev.rollcall.presence.Session;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many presences a second one node can add to a replica in another process, over the real bus:
 * the sessions track as fast as they are answered, and the clock stops when the replica's metric,
 * which is set four times a second, shows all of them.
 */
final class TrackMeasurement {
  private static final int SESSIONS = 100_000;
  private static final int TOPICS = 100;
  private static final int ROUNDS = 9;

  /** The first rounds warm both processes up. */
  private static final int WARM_UP = 3;

  /** As many sessions wait for their answer at a time. */
  private static final int IN_FLIGHT = 2_000;

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Pattern PRESENCES =
      Pattern.compile("(?m)^rollcall_replica_presences\\S* (\\S+)$");

  /** One user a session, each on one topic; one verticle, as a service has. */
  private static final class Crowd extends VerticleBase {
    private final Node node;
    private List<Session> sessions = new ArrayList<>();
    private CompletableFuture<Void> tracked;
    private int next;
    private int answered;

    Crowd(Node node) {
      this.node = node;
    }

    CompletableFuture<Void> enter() {
      tracked = new CompletableFuture<>();
      context.runOnContext(
          now -> {
            next = 0;
            answered = 0;
            for (int i = 0; i < IN_FLIGHT; i++) {
              trackNext();
            }
          });
      return tracked;
    }

    CompletableFuture<Void> leave() {
      CompletableFuture<Void> left = new CompletableFuture<>();
      context.runOnContext(
          now -> {
            List<Session> all = sessions;
            sessions = new ArrayList<>();
            Future.all(all.stream().map(Session::close).toList())
                .onComplete(done -> left.complete(null), left::completeExceptionally);
          });
      return left;
    }

    private void trackNext() {
      if (next == SESSIONS) {
        return;
      }
      int user = next++;
      Session session = node.presence().session();
      sessions.add(session);
      JsonObject meta = new JsonObject().put("name", "User " + user).put("device", "phone");
      session
          .track("room:" + user % TOPICS, "user-" + user, meta)
          .onComplete(ref -> answered(), tracked::completeExceptionally);
    }

    private void answered() {
      answered++;
      if (answered == SESSIONS) {
        tracked.complete(null);
      } else {
        trackNext();
      }
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI metrics;
  private Crowd crowd;

  private TrackMeasurement(int managementPort) {
    metrics = URI.create("http://127.0.0.1:" + managementPort + "/metrics");
  }

  public static void main(String[] args) throws Exception {
    int[] ports = FreePorts.several(3);
    Map<String, String> cluster = new HashMap<>();
    cluster.put("ROLLCALL_CLUSTER_NAME", "measurement-" + ports[0]);
    cluster.put("ROLLCALL_CLUSTER_MEMBERS", "127.0.0.1:" + ports[0] + ",127.0.0.1:" + ports[1]);
    Process replica = startReplica(cluster, ports[0], ports[2]);
    try {
      new TrackMeasurement(ports[2]).run(cluster, ports[1]);
    } finally {
      replica.destroy();
      replica.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private void run(Map<String, String> cluster, int port) throws Exception {
    awaitPresences(0);
    Map<String, String> variables = new HashMap<>(cluster);
    variables.put("ROLLCALL_CLUSTER_PORT", String.valueOf(port));
    Node node =
        Node.start("measurement", new Environment(variables), this::crowd)
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    double[] rates = new double[ROUNDS - WARM_UP];
    for (int round = 0; round < ROUNDS; round++) {
      double rate = measureRound(round);
      if (round >= WARM_UP) {
        rates[round - WARM_UP] = rate;
      }
    }
    Arrays.sort(rates);
    System.out.printf(
        "median of %d: %,.0f tracks a second (%,.0f to %,.0f)%n",
        rates.length,
        (rates[(rates.length - 1) / 2] + rates[rates.length / 2]) / 2,
        rates[0],
        rates[rates.length - 1]);
    node.close().toCompletionStage().toCompletableFuture().get();
  }

  private double measureRound(int round) throws Exception {
    long startedNanos = System.nanoTime();
    crowd.enter().get();
    double tracked = secondsSince(startedNanos);
    awaitPresences(SESSIONS);
    double shown = secondsSince(startedNanos);
    System.out.printf(
        "round %d: tracked after %.2f s, all on the replica after %.2f s: %,.0f a second%n",
        round, tracked, shown, SESSIONS / shown);
    crowd.leave().get();
    awaitPresences(0);
    return SESSIONS / shown;
  }

  private Crowd crowd(Node node) {
    crowd = new Crowd(node);
    return crowd;
  }

  private void awaitPresences(int wanted) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + WITHIN.toNanos();
    while (presences() != wanted) {
      if (System.nanoTime() > deadlineNanos) {
        throw new IllegalStateException("the replica has " + presences() + ", not " + wanted);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** Returns -1 for a replica that does not answer yet. */
  private long presences() throws InterruptedException {
    try {
      String text =
          http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
      Matcher matcher = PRESENCES.matcher(text);
      return matcher.find() ? (long) Double.parseDouble(matcher.group(1)) : -1;
    } catch (IOException notYet) {
      return -1;
    }
  }

  private static Process startReplica(Map<String, String> cluster, int port, int managementPort)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.rollcall.replica.Main");
    builder.environment().putAll(cluster);
    builder.environment().put("ROLLCALL_CLUSTER_PORT", String.valueOf(port));
    builder.environment().put("ROLLCALL_MANAGEMENT_PORT", String.valueOf(managementPort));
    builder.environment().put("ROLLCALL_EXIT_WITH_PARENT", "true");
    Path log = Path.of("target", "measured-replica.log");
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
