package dev.rollcall.system;

import dev.rollcall.system.OrdersHttp.Answer;
import dev.rollcall.system.bench.Histogram;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code GET /stats} takes with few orders and with many. The orders are made by {@code
 * generate_series}, without lines, which the stats do not read, and spread over the last hour; what
 * the stats are made of is then counted by the service's own migrations.
 */
final class StatsBenchmark {
  private static final int[] SIZES = {1_000, 100_000, 1_000_000};
  private static final int WARM_UP = 3_000;
  private static final int QUESTIONS = 3_000;

  /** The migrations that count, from which line on. */
  private static final Map<String, String> COUNTS =
      new TreeMap<>(
          Map.of("V2__status_keys_tallies", "INSERT INTO tallies", "V3__baskets", "WITH sizes"));

  private static final String FILL =
      """
      INSERT INTO orders (customer, currency, total, status, created_at)
      SELECT 'Customer ' || n % 1000, (ARRAY['EUR', 'USD', 'GBP'])[1 + n % 3], n * 7919 % 100003,
        (ARRAY['placed', 'paid', 'shipped', 'delivered', 'cancelled'])[1 + n / 3 % 5],
        now() - n % 3540 * interval '1 second'
      FROM generate_series(1, ?::bigint) AS n
      """;

  private final Vertx vertx;
  private final Sql sql;
  private final int port;

  private StatsBenchmark(Vertx vertx, Deployment system) {
    this.vertx = vertx;
    this.sql = Sql.of(system, OrdersRecords.SCHEMA);
    this.port = system.layout().instances(Kind.ORDERS).get(0).httpPort();
  }

  public static void main(String[] args) throws Exception {
    Words.of(args);
    Layout layout = Layout.standard().with(Kind.CHAT, 0).with(Kind.DASHBOARD, 0);
    try (Deployment system = OwnSystem.startLasting("stats-bench", layout)) {
      new StatsBenchmark(Vertx.vertx(), system).run();
    }
    System.exit(0);
  }

  private void run() throws Exception {
    System.out.printf("%10s %12s %10s %10s%n", "orders", "tally rows", "p50 ms", "p99 ms");
    double first = measure(SIZES[0]);
    double second = measure(SIZES[1]);
    double last = measure(SIZES[2]);
    System.out.printf(
        Locale.ROOT,
        "ratio of the medians, last to first: %.2f, last to second: %.2f; %,d questions each%n",
        last / first,
        last / second,
        QUESTIONS);
  }

  private double measure(int orders) throws Exception {
    sql.execute("TRUNCATE orders, items, tallies, baskets");
    sql.execute(FILL, orders);
    for (var count : COUNTS.entrySet()) {
      sql.execute(migration(count.getKey(), count.getValue()));
    }
    sql.execute("ANALYZE");
    sql.execute("CHECKPOINT");
    ask(WARM_UP, orders);
    Histogram nanos = ask(QUESTIONS, orders);
    double median = nanos.quantile(0.5) / 1e6;
    System.out.printf(
        Locale.ROOT,
        "%,10d %,12d %10.2f %10.2f%n",
        orders,
        sql.number("SELECT count(*) FROM tallies"),
        median,
        nanos.quantile(0.99) / 1e6);
    return median;
  }

  /** One after another over one connection. */
  private Histogram ask(int times, int orders) throws Exception {
    OrdersHttp http = new OrdersHttp(vertx, 1);
    Histogram nanos = new Histogram();
    for (int i = 0; i < times; i++) {
      Answer answer = PresenceCluster.await(http.stats(port));
      if (answer.body().getLong("orders") != orders) {
        throw new IllegalStateException(answer.body().encode());
      }
      nanos.add(answer.nanos());
    }
    return nanos;
  }

  private static String migration(String name, String from) throws IOException {
    String resource = "/db/orders/" + name + ".sql";
    try (InputStream migration = StatsBenchmark.class.getResourceAsStream(resource)) {
      String all = new String(migration.readAllBytes(), StandardCharsets.UTF_8);
      return all.substring(all.indexOf(from));
    }
  }
}
