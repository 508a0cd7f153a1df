package dev.rollcall.system;

import dev.rollcall.database.EmbeddedDatabase;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The database and the services, as child processes on loopback.
 *
 * <p>A first member founds the cluster while the database starts; then the others start together.
 * They end one after another, the last one first, and the database after them: members that leave
 * at once wait for one another, some for longer than anybody has patience. Who is late is killed. A
 * deployment is started once and closed once; closing may come at any moment and from another
 * thread, as a shutdown hook does.
 */
final class Deployment implements AutoCloseable {

  /** What happens, told as it happens, from any thread. */
  interface Progress {
    void step(String what);

    /** A child ended without having been asked to, after all had been ready. */
    void lost(ServiceProcess child);
  }

  static final String DATABASE = "database";

  /** A first start makes the database's files, and every JVM competes for two cores. */
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  /** Both together are what a person waits after Ctrl-C, at most. */
  private static final Duration SERVICES_END_WITHIN = Duration.ofSeconds(15);

  private static final Duration DATABASE_ENDS_WITHIN = Duration.ofSeconds(5);

  /** Leaving takes a second or two, on a machine with much else to do longer. */
  private static final Duration ONE_ENDS_WITHIN = Duration.ofSeconds(4);

  private static final Duration BETWEEN_PROBES = Duration.ofMillis(50);
  private static final int PROBE_TIMEOUT_MILLIS = 1_000;
  private static final int SECRET_BYTES = 32;

  private static final Pattern DATABASE_READY = Pattern.compile("database ready (postgresql:\\S+)");

  private final Installation installation;
  private final Layout layout;
  private final Path data;
  private final Progress progress;
  private final String secret = newSecret();

  private final Map<String, ServiceProcess> children = new LinkedHashMap<>();
  private boolean started;
  private boolean closing;

  /**
   * @param data the folder of the database, and in it {@code logs}
   */
  Deployment(Installation installation, Layout layout, Path data, Progress progress) {
    this.installation = installation;
    this.layout = layout;
    this.data = data;
    this.progress = progress;
  }

  Layout layout() {
    return layout;
  }

  /**
   * Starts everything, and returns when every service says that it is ready.
   *
   * @throws StartFailure when a child ended or took too long; what did start still runs, until this
   *     is closed
   * @throws CancellationException when it was closed meanwhile
   */
  void start() throws StartFailure, InterruptedException {
    List<Instance> instances = layout.instances();
    ServiceProcess database = launchDatabase();
    awaitReady(List.of(database, launch(instances.get(0))));
    List<ServiceProcess> services = new ArrayList<>();
    for (Instance instance : instances.subList(1, instances.size())) {
      services.add(launch(instance));
    }
    awaitReady(services);
    watch();
  }

  /** Starts anew a service that has ended, on its ports, and waits until it is ready. */
  ServiceProcess restart(Instance instance) throws StartFailure, InterruptedException {
    ServiceProcess service = launch(instance);
    awaitReady(List.of(service));
    watch(service);
    return service;
  }

  /** Starts anew the database that has ended, on its port and data, and waits until it is ready. */
  ServiceProcess restartDatabase() throws StartFailure, InterruptedException {
    ServiceProcess database = launchDatabase();
    awaitReady(List.of(database));
    watch(database);
    return database;
  }

  /** Returns where the database is, with the password; null until it is ready. */
  String databaseUrl() {
    return databaseUrl(child(DATABASE));
  }

  /** Returns the folder of the database, and in it {@code logs}. */
  Path data() {
    return data;
  }

  /**
   * @param name as in {@code chat-1}, or {@link #DATABASE}
   */
  synchronized ServiceProcess child(String name) {
    return children.get(name);
  }

  synchronized List<ServiceProcess> children() {
    return List.copyOf(children.values());
  }

  /** What a further service needs to join, besides ports of its own. */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("ROLLCALL_MODE", "development");
    environment.put("ROLLCALL_CLUSTER_NAME", layout.clusterName());
    environment.put("ROLLCALL_CLUSTER_MEMBERS", layout.members());
    environment.put("ROLLCALL_JWT_SECRET", secret);
    environment.put("ROLLCALL_DATA_DIR", data.toAbsolutePath().toString());
    environment.put("ROLLCALL_DATABASE_PORT", String.valueOf(layout.databasePort()));
    return environment;
  }

  /** Ends everything in order; takes at most about 20 s. */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    List<ServiceProcess> services = new ArrayList<>(children());
    ServiceProcess database = child(DATABASE);
    services.remove(database);
    Collections.reverse(services);
    end(services, SERVICES_END_WITHIN);
    if (database != null) {
      end(List.of(database), DATABASE_ENDS_WITHIN);
      EmbeddedDatabase.stopLeftover(data);
    }
  }

  private ServiceProcess launchDatabase() throws StartFailure {
    progress.step("starting the database");
    return launch(
        DATABASE,
        installation.databaseCommand(),
        environment(),
        child -> databaseUrl(child) != null);
  }

  private ServiceProcess launch(Instance instance) throws StartFailure {
    progress.step("starting " + instance.name());
    Map<String, String> environment = environment();
    environment.putAll(instance.environment());
    if (child(DATABASE) != null && databaseUrl(child(DATABASE)) != null) {
      environment.put("DATABASE_URL", databaseUrl(child(DATABASE)));
    }
    return launch(
        instance.name(),
        installation.command(instance.kind()),
        environment,
        child -> answersOk(instance.ready()));
  }

  private synchronized ServiceProcess launch(
      String name,
      List<String> command,
      Map<String, String> environment,
      Predicate<ServiceProcess> readiness)
      throws StartFailure {
    if (closing) {
      throw new CancellationException("being closed");
    }
    try {
      Path log = data.resolve("logs").resolve(name + ".log");
      ServiceProcess child = ServiceProcess.start(name, command, environment, log, readiness);
      children.put(name, child);
      return child;
    } catch (IOException failure) {
      throw new StartFailure(name + " cannot be started: " + failure.getMessage());
    }
  }

  private void awaitReady(List<ServiceProcess> expected) throws StartFailure, InterruptedException {
    List<ServiceProcess> missing = new ArrayList<>(expected);
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!missing.isEmpty()) {
      for (ServiceProcess child : List.copyOf(missing)) {
        if (child.ready()) {
          progress.step(child.name() + " is ready");
          missing.remove(child);
        }
      }
      failIfOneEnded(missing);
      if (System.nanoTime() > deadline) {
        throw failure(missing.get(0), "is not ready after " + READY_WITHIN.toSeconds() + " s");
      }
      if (!missing.isEmpty()) {
        missing.get(0).endsWithin(BETWEEN_PROBES);
      }
    }
  }

  private synchronized void failIfOneEnded(List<ServiceProcess> missing) throws StartFailure {
    if (closing) {
      throw new CancellationException("being closed");
    }
    for (ServiceProcess child : started ? missing : List.copyOf(children.values())) {
      if (child.exitCode().isPresent()) {
        throw failure(child, "ended with exit code " + child.exitCode().getAsInt());
      }
    }
  }

  private static StartFailure failure(ServiceProcess child, String what) {
    List<String> words = child.lastWords();
    String quoted = words.isEmpty() ? "  (it wrote nothing)" : "  " + String.join("\n  ", words);
    return new StartFailure(
        String.format("%s %s:%n%s%nIts log: %s", child.name(), what, quoted, child.log()));
  }

  private synchronized void watch() {
    started = true;
    children.values().forEach(this::watch);
  }

  private void watch(ServiceProcess child) {
    var unused = child.ended().thenAccept(this::report);
  }

  private void report(ServiceProcess ended) {
    if (!isClosing()) {
      progress.lost(ended);
    }
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  /** Each is asked when the one before has ended, or has taken long; who is late is killed. */
  private void end(List<ServiceProcess> ending, Duration wait) {
    long deadline = System.nanoTime() + wait.toNanos();
    try {
      for (ServiceProcess child : ending) {
        child.terminate();
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        child.endsWithin(left.compareTo(ONE_ENDS_WITHIN) < 0 ? left : ONE_ENDS_WITHIN);
      }
      for (ServiceProcess child : ending) {
        child.endsWithin(Duration.ofNanos(deadline - System.nanoTime()));
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    for (ServiceProcess child : ending) {
      if (child.alive()) {
        progress.step(child.name() + " did not end in time: killed");
        child.kill();
      }
    }
  }

  private static String databaseUrl(ServiceProcess database) {
    for (String line : database.output()) {
      Matcher matcher = DATABASE_READY.matcher(line);
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    return null;
  }

  /** Asks once, and for a second at most. */
  static boolean answersOk(URI uri) {
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(PROBE_TIMEOUT_MILLIS);
      connection.setReadTimeout(PROBE_TIMEOUT_MILLIS);
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static String newSecret() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
