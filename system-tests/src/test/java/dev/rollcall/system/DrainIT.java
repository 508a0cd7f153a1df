package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One of two nodes with a bridge is asked to end while people talk. */
@ExtendWith(RunningSystem.class)
class DrainIT {
  private static final int DRAIN_MILLIS = 3_000;

  /** What it may take on top where the machine has other things to do. */
  private static final int SLACK_MILLIS = 1_000;

  private static final int MOVING = 100;
  private static final int STAYING = 10;
  private static final int POST_EVERY_MILLIS = 20;
  private static final int MAX_UNANSWERED = 200;

  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient client =
      vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(1_000));

  private int posted;

  @AfterEach
  void close() throws Exception {
    PresenceCluster.await(vertx.close());
  }

  @Test
  void everyClientIsBackInTimeMissesNoMessageAndIsNotSeenToLeave(
      Deployment system, @TempDir Path folder) throws Exception {
    int stays = system.layout().instances(Kind.CHAT).get(0).httpPort();
    int leaves = FreePorts.one();
    ServiceProcess leaving = start(system, leaves, folder.resolve("leaving.log"));
    String secret = system.environment().get("ROLLCALL_JWT_SECRET");
    List<Roamer> moving = enter("mover", MOVING, secret, leaves, stays);
    List<Roamer> staying = enter("stayer", STAYING, secret, stays, stays);
    for (Roamer each : staying) {
      awaitThat(() -> each.present() == MOVING + STAYING);
    }

    Set<Long> stored = new ConcurrentSkipListSet<>();
    long posting = vertx.setPeriodic(POST_EVERY_MILLIS, id -> post(staying, stored));
    awaitThat(() -> stored.size() > 50);
    long startedNanos = System.nanoTime();
    leaving.terminate();
    awaitIf(() -> moving.stream().allMatch(each -> each.awayMillis() >= 0));
    long backMillis = (System.nanoTime() - startedNanos) / 1_000_000;
    int before = stored.size();
    awaitThat(() -> stored.size() > before + 20);
    vertx.cancelTimer(posting);

    assertThat(leaving.endsWithin(Duration.ofSeconds(20))).isTrue();
    awaitIf(() -> moving.stream().allMatch(each -> each.messages().containsAll(stored)));
    for (Roamer each : moving) {
      assertThat(each.error()).as(each.user()).isNull();
      assertThat(each.awayMillis()).as("has moved: " + each.user()).isNotNegative();
      assertThat(each.announcedMillis()).isBetween(0L, (long) DRAIN_MILLIS);
      assertThat(each.messages()).as(each.user()).containsAll(stored);
    }
    for (Roamer each : staying) {
      assertThat(each.everGone()).as("seen to leave by " + each.user()).isEmpty();
      assertThat(each.present()).isEqualTo(MOVING + STAYING);
    }
    assertThat(backMillis).as("all are back").isLessThan(DRAIN_MILLIS + SLACK_MILLIS);
    System.out.printf(
        "SIGTERM: %d clients back on the other node after %d ms of a window of %d ms, each away at"
            + " most %d ms; %d messages stored, none missed%n",
        MOVING,
        backMillis,
        DRAIN_MILLIS,
        moving.stream().mapToLong(Roamer::awayMillis).max().orElseThrow(),
        stored.size());
    moving.forEach(Roamer::leave);
    staying.forEach(Roamer::leave);
  }

  /** One whose post is not answered does not keep the others from posting. */
  private void post(List<Roamer> some, Set<Long> stored) {
    if (posted - stored.size() < MAX_UNANSWERED) {
      Roamer poster = some.get(posted++ % some.size());
      poster.say(UUID.randomUUID().toString()).onSuccess(stored::add);
    }
  }

  private List<Roamer> enter(String name, int count, String secret, int port, int nextPort)
      throws Exception {
    JWTAuth tokens =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret)));
    List<Roamer> entered = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String user = name + "-" + i;
      String token =
          tokens.generateToken(
              new JsonObject().put("sub", user), new JWTOptions().setExpiresInSeconds(600));
      Roamer roamer = new Roamer(vertx, client, user, token, "drained", nextPort);
      PresenceCluster.await(Future.future(done -> roamer.enter(port).onComplete(done)));
      entered.add(roamer);
    }
    return entered;
  }

  private static ServiceProcess start(Deployment system, int httpPort, Path log) throws Exception {
    List<Instance> members = system.layout().instances();
    Map<String, String> environment = system.environment();
    environment.put(
        "ROLLCALL_CLUSTER_PORT", String.valueOf(members.get(members.size() - 1).clusterPort() + 2));
    environment.put("ROLLCALL_MANAGEMENT_PORT", "0");
    environment.put("ROLLCALL_HTTP_PORT", String.valueOf(httpPort));
    environment.put("ROLLCALL_DRAIN_MILLIS", String.valueOf(DRAIN_MILLIS));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dlogback.configurationFile=logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.rollcall.chat.Main");
    ServiceProcess chat =
        ServiceProcess.start("leaving", command, environment, log, ServiceProcess::alive);
    LogWatch.await(chat, 0, line -> line.contains("chat-service ready "), Duration.ofSeconds(60));
    return chat;
  }

  private static void awaitThat(BooleanSupplier holds) {
    assertThat(awaitIf(holds)).as("it holds in time").isTrue();
  }

  private static boolean awaitIf(BooleanSupplier holds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    return holds.getAsBoolean();
  }
}
