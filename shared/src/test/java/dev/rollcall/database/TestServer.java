package dev.rollcall.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real PostgreSQL of one test class, which may be stopped and started, frozen and thawed, and a
 * database of each test.
 */
final class TestServer
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final long PAUSE_MILLIS = 10;

  private final Vertx vertx = Vertx.vertx();
  private Path folder;
  private EmbeddedDatabase server;
  private Database database;
  private MeterRegistry meters;

  Vertx vertx() {
    return vertx;
  }

  Database database() {
    return database;
  }

  /** Opens another, as another instance does. */
  Future<Database> open() {
    return Database.open(vertx, server.config(), "sample");
  }

  void stop() {
    server.close();
  }

  void start() {
    server = EmbeddedDatabase.start(folder, server.config().port());
  }

  /** Nothing of it runs until {@link #thaw}, though the system goes on taking connections. */
  void freeze() throws Exception {
    // Once it stands still itself it has no more children.
    signal("-STOP", List.of(postmaster()));
    signal("-STOP", children());
  }

  void thaw() throws Exception {
    List<Long> all = new ArrayList<>(children());
    all.add(postmaster());
    signal("-CONT", all);
  }

  String log() throws IOException {
    return Files.readString(DataFolder.of(folder).log());
  }

  double meter(String name, String... tags) {
    var found = meters.get("rollcall.database." + name).tag("schema", "sample").tags(tags).meter();
    return found.measure().iterator().next().getValue();
  }

  String text(String sql) throws Exception {
    return result(
        database.query(
            client -> client.query(sql).execute().map(rows -> first(rows).getString(0))));
  }

  void execute(String sql) throws Exception {
    result(database.query(client -> client.query(sql).execute()));
  }

  /** Completes when something is so; a test that waits has a deadline. */
  Future<Void> until(BooleanSupplier so) {
    return so.getAsBoolean()
        ? Future.succeededFuture()
        : vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).compose(passed -> until(so));
  }

  <T> Future<T> untilWell(Supplier<Future<T>> request) {
    return request
        .get()
        .recover(
            failure ->
                vertx
                    .timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                    .compose(passed -> untilWell(request)));
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("rollcall-database");
    server = EmbeddedDatabase.start(folder, 0);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    database = result(open());
    meters = new SimpleMeterRegistry();
    database.register(meters);
    execute("TRUNCATE things");
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    result(database.close());
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    result(vertx.close());
    server.close();
    DataFolder.delete(folder);
  }

  static Row first(Iterable<Row> rows) {
    return rows.iterator().next();
  }

  static <T> T result(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  static Throwable failure(Future<?> future) throws Exception {
    try {
      future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      return failed.getCause();
    }
    throw new AssertionError("succeeded");
  }

  private List<Long> children() throws IOException {
    try (Stream<ProcessHandle> children = ProcessHandle.of(postmaster()).orElseThrow().children()) {
      return children.map(ProcessHandle::pid).toList();
    }
  }

  private long postmaster() throws IOException {
    return DataFolder.of(folder).postmaster().orElseThrow().pid();
  }

  private static void signal(String signal, List<Long> processes) throws Exception {
    List<String> command = new ArrayList<>(List.of("kill", signal));
    processes.forEach(process -> command.add(Long.toString(process)));
    Process kill = new ProcessBuilder(command).inheritIO().start();
    if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new AssertionError(command + " failed");
    }
  }
}
