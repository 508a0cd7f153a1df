package dev.rollcall.system.lab;

import dev.rollcall.database.DatabaseConfig;
import dev.rollcall.system.Eventually;
import dev.rollcall.system.Hosts;
import dev.rollcall.system.Installation;
import dev.rollcall.system.Kind;
import dev.rollcall.system.ServiceProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All of it together: services on four hosts, and outside of them, where this process is, the
 * database, the DNS and everybody who uses the services.
 */
final class Lab {
  /** A folder with a certificate, its key and its authority, as cert-manager names them. */
  static final String TLS = "rollcall.lab.tls";

  private static final int DATABASE_PORT = 5499;
  private static final int DATABASE_RELAY_PORT = 5432;
  private static final Duration STARTED = Duration.ofMinutes(3);
  private static final Pattern DATABASE_READY = Pattern.compile("database ready (postgresql:\\S+)");

  /** As the manifests have it, of half the memory, and compiled only as far as is quick to do. */
  private static final List<String> FLAGS =
      List.of(
          "-Xmx160m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-DontCompileHugeMethods",
          "-Dlogback.configurationFile="
              + Path.of("target/test-classes/lab-logback.xml").toAbsolutePath());

  private final Vertx vertx = Vertx.vertx();
  private final Path folder;
  private final Hosts hosts;
  private final Disturbance disturbance;
  private final Complaints complaints;
  private ServiceProcess database;
  private Dns dns;
  private Pods pods;
  private Probe probe;
  private Crowd crowd;
  private Store store;
  private Watch watch;

  Lab(Hosts hosts, Path folder) {
    this.hosts = hosts;
    this.folder = folder;
    this.complaints = new Complaints(folder);
    this.disturbance = new Disturbance(hosts.count(), System::nanoTime);
  }

  /** What was built here. */
  static Installation today() {
    return new Installation(Installation.aroundHere().root(), FLAGS);
  }

  /** What was built elsewhere. */
  static Installation built(Path root) {
    return new Installation(root, FLAGS);
  }

  /** Starts everything; returns when all are ready and everybody is there. */
  void start() throws Exception {
    Files.createDirectories(folder);
    DatabaseConfig config = startDatabase();
    Issuer issuer = new Issuer(vertx, folder);
    dns = Dns.start(folder);
    pods = new Pods(hosts, folder, dns, environment(config, issuer));
    probe = new Probe(vertx, pods);
    probe.begin();
    place();
    crowd = new Crowd(vertx, pods, issuer);
    store = new Store(config);
    crowd.enter();
    watch = new Watch(pods, probe, crowd, store);
    watch.begin();
  }

  /** One founds the cluster, then the others come at once. */
  private void place() throws Exception {
    pods.create(Kind.PRESENCE, 1, today());
    awaitReady();
    Map<Integer, List<Kind>> rest =
        Map.of(
            1, List.of(Kind.CHAT),
            2, List.of(Kind.ORDERS, Kind.DASHBOARD),
            3, List.of(Kind.PRESENCE, Kind.CHAT),
            4, List.of(Kind.PRESENCE, Kind.ORDERS, Kind.DASHBOARD));
    for (int host = 1; host <= hosts.count(); host++) {
      for (Kind kind : rest.get(host)) {
        pods.create(kind, host, today());
      }
    }
    awaitReady();
  }

  void awaitReady() throws Exception {
    Eventually.await(
        "all are ready: " + pods.all(), STARTED, () -> pods.all().stream().allMatch(Pod::ready));
  }

  private DatabaseConfig startDatabase() throws Exception {
    Map<String, String> environment =
        Map.of(
            "ROLLCALL_DATA_DIR",
            folder.resolve("database").toString(),
            "ROLLCALL_DATABASE_PORT",
            Integer.toString(DATABASE_PORT));
    database =
        ServiceProcess.start(
            "database",
            Installation.aroundHere().databaseCommand(),
            environment,
            folder.resolve("database.log"),
            process -> databaseUrl(process).isPresent());
    Eventually.await("the database is ready", STARTED, database::ready);
    SocketAddress from = SocketAddress.inetSocketAddress(DATABASE_RELAY_PORT, Hosts.OUTSIDE);
    SocketAddress to = SocketAddress.inetSocketAddress(DATABASE_PORT, "127.0.0.1");
    await(Relay.start(vertx, from, to, () -> 0));
    return DatabaseConfig.parse(databaseUrl(database).orElseThrow());
  }

  private static Optional<String> databaseUrl(ServiceProcess process) {
    return process.output().stream()
        .map(DATABASE_READY::matcher)
        .filter(Matcher::find)
        .map(ready -> ready.group(1))
        .findFirst();
  }

  /** It listens on loopback alone, and the pods come over a relay. */
  private static Map<String, String> environment(DatabaseConfig database, Issuer issuer) {
    DatabaseConfig relayed =
        new DatabaseConfig(
            Hosts.OUTSIDE,
            DATABASE_RELAY_PORT,
            database.database(),
            database.user(),
            database.password(),
            database.tls());
    Map<String, String> environment = new HashMap<>(issuer.environment());
    environment.put("ROLLCALL_MODE", "production");
    environment.put("ROLLCALL_CLUSTER_NAME", "rollcall");
    environment.put("ROLLCALL_CLUSTER_DNS", Dns.NAME);
    environment.put("ROLLCALL_CLUSTER_PORT", "5701");
    environment.put("ROLLCALL_BUS_PORT", "5801");
    environment.put("DATABASE_URL", relayed.url());
    Optional.ofNullable(System.getProperty(TLS)).ifPresent(files -> encrypt(environment, files));
    return environment;
  }

  private static void encrypt(Map<String, String> environment, String files) {
    environment.put("ROLLCALL_BUS_TLS_CERT_FILE", files + "/tls.crt");
    environment.put("ROLLCALL_BUS_TLS_KEY_FILE", files + "/tls.key");
    environment.put("ROLLCALL_BUS_TLS_CA_FILE", files + "/ca.crt");
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  Vertx vertx() {
    return vertx;
  }

  Path folder() {
    return folder;
  }

  Hosts hosts() {
    return hosts;
  }

  Pods pods() {
    return pods;
  }

  Probe probe() {
    return probe;
  }

  Crowd crowd() {
    return crowd;
  }

  Store store() {
    return store;
  }

  Watch watch() {
    return watch;
  }

  Complaints complaints() {
    return complaints;
  }

  Disturbance disturbance() {
    return disturbance;
  }

  void close() throws Exception {
    if (watch != null) {
      watch.close();
      crowd.leave();
    }
    if (pods != null) {
      pods.close();
      dns.close();
    }
    if (store != null) {
      store.close();
    }
    await(vertx.close());
    if (database != null) {
      database.terminate();
      database.endsWithin(Duration.ofSeconds(10));
    }
  }
}
