package dev.rollcall.system;

import dev.rollcall.system.bench.Histogram;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many orders a second one instance takes, and how long after its commit an order is on a
 * dashboard: the processes are those of the demo with the flags of production, the customers are in
 * this one.
 *
 * <p>When an order was committed is what PostgreSQL says ({@code track_commit_timestamp}); it
 * arrives at a WebSocket of this process, on the same machine and by the same clock.
 */
final class OrdersBenchmark {
  private static final Duration WARM_UP = Duration.ofSeconds(30);
  private static final int MODERATE = 200;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final double NANOS_A_MILLI = 1e6;

  private final Vertx vertx = Vertx.vertx();
  private final Deployment system;
  private final OrderPump pump;
  private final Map<Long, Instant> arrivals = new ConcurrentHashMap<>();
  private Sql sql;

  private OrdersBenchmark(Deployment system, int connections) {
    this.system = system;
    int port = system.layout().instances(Kind.ORDERS).get(0).httpPort();
    pump = new OrderPump(vertx, port, connections);
  }

  /** {@code [--seconds 20] [--connections 32] [--runs 3]}. */
  public static void main(String[] args) throws Exception {
    Words words = Words.of(args, "--seconds", "--connections", "--runs");
    Duration length = Duration.ofSeconds(words.number("--seconds", 20));
    Layout layout = Layout.standard().with(Kind.CHAT, 0).with(Kind.DASHBOARD, 0);
    OrdersBenchmark benchmark =
        new OrdersBenchmark(
            OwnSystem.startLasting("orders-bench", layout),
            (int) words.number("--connections", 32));
    try {
      benchmark.rememberCommits();
      benchmark.measureOrders(length, (int) words.number("--runs", 3));
      benchmark.measureDashboard(length);
    } finally {
      benchmark.close();
    }
    System.exit(0);
  }

  /** Has the server write down when each transaction was committed, which takes a restart. */
  private void rememberCommits() throws Exception {
    sql = Sql.of(system, OrdersRecords.SCHEMA);
    sql.execute("ALTER SYSTEM SET track_commit_timestamp = on");
    sql.close();
    ServiceProcess database = system.child(Deployment.DATABASE);
    database.terminate();
    database.endsWithin(SOON);
    system.restartDatabase();
  }

  private void measureOrders(Duration length, int runs) throws Exception {
    awaitFirstOrder();
    pump.full(WARM_UP);
    System.out.printf("%-28s %9s %8s %8s %8s%n", "POST to 201", "orders/s", "p50 ms", "p99", "max");
    double[][] rows = new double[runs][];
    for (int run = 0; run < runs; run++) {
      OrderPump.Result result = checked(pump.full(length));
      rows[run] = row(result.ordersPerSecond(), result.nanos(), NANOS_A_MILLI);
      print("run " + (run + 1), rows[run]);
    }
    print("median of " + runs, medians(rows));
  }

  /** The database was restarted, which is noticed when it is next asked. */
  private void awaitFirstOrder() throws Exception {
    Eventually.await("an order", SOON, () -> pump.full(Duration.ofMillis(100)).failures() == 0);
  }

  private void measureDashboard(Duration length) throws Exception {
    Instance dashboard = system.layout().with(Kind.DASHBOARD, 1).instances(Kind.DASHBOARD).get(0);
    system.restart(dashboard);
    DashboardClient client =
        PresenceCluster.await(DashboardClient.connect(vertx, system, dashboard, this::arrived));
    pump.full(Duration.ofSeconds(5));
    System.out.printf(
        "%n%-28s %9s %8s %8s %8s%n", "commit to a dashboard's", "orders/s", "p50 ms", "p99", "max");
    measureArrivals("WebSocket, " + MODERATE + "/s", () -> pump.paced(MODERATE, length));
    measureArrivals("WebSocket, full load", () -> pump.full(length));
    PresenceCluster.await(client.close());
  }

  private interface Pumping {
    OrderPump.Result run() throws Exception;
  }

  private void measureArrivals(String name, Pumping pumping) throws Exception {
    long before = last();
    OrderPump.Result result = checked(pumping.run());
    awaitLast();
    Histogram micros = new Histogram();
    Map<Long, Instant> commits = commits(before);
    commits.keySet().retainAll(arrivals.keySet());
    commits.forEach(
        (id, at) -> micros.add(Duration.between(at, arrivals.get(id)).toNanos() / 1_000));
    print(name, row(result.ordersPerSecond(), micros, 1e3));
    System.out.printf("  of %d orders %d arrived%n", result.nanos().total(), commits.size());
  }

  private void arrived(JsonObject message) {
    if (message.getString("event").equals(OrdersRecords.CREATED)) {
      arrivals.put(message.getJsonObject("payload").getLong("id"), Instant.now());
    }
  }

  private long last() throws SQLException {
    return sql.number("SELECT max(id) FROM orders");
  }

  /** A dashboard that does not keep up misses some, but not the last. */
  private void awaitLast() throws Exception {
    long last = last();
    Eventually.await("the last has arrived", SOON, () -> arrivals.containsKey(last));
  }

  private Map<Long, Instant> commits(long afterId) throws SQLException {
    Map<Long, Instant> commits = new HashMap<>();
    sql.rows(
        "SELECT id, pg_xact_commit_timestamp(xmin) FROM orders WHERE id > ?",
        row -> commits.put(row.getLong(1), row.getTimestamp(2).toInstant()),
        afterId);
    return commits;
  }

  private static OrderPump.Result checked(OrderPump.Result result) {
    if (result.failures() > 0) {
      throw new IllegalStateException(result.failures() + " orders failed");
    }
    return result;
  }

  private static double[] row(double rate, Histogram times, double perMilli) {
    return new double[] {
      rate, times.quantile(0.5) / perMilli, times.quantile(0.99) / perMilli, times.max() / perMilli
    };
  }

  private static double[] medians(double[][] rows) {
    double[] medians = new double[rows[0].length];
    for (int i = 0; i < medians.length; i++) {
      int column = i;
      double[] sorted = Arrays.stream(rows).mapToDouble(row -> row[column]).sorted().toArray();
      medians[i] = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
    return medians;
  }

  private static void print(String name, double[] row) {
    System.out.printf(
        Locale.ROOT, "%-28s %9.0f %8.1f %8.1f %8.1f%n", name, row[0], row[1], row[2], row[3]);
  }

  void close() throws Exception {
    if (sql != null) {
      sql.close();
    }
    PresenceCluster.await(vertx.close());
    system.close();
  }
}
