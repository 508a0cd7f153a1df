package dev.rollcall.orders;

import dev.rollcall.database.Database;
import dev.rollcall.orders.Tally.Measure;
import dev.rollcall.outbox.Projection;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The stats in the database. They grow with each announcement, in the transaction that numbers it:
 * exactly once, whatever crashes, many orders at a time, and without a row that orders wait for.
 */
final class Tallies implements Projection {
  static final int MINUTES = 60;

  private static final String GROW =
      """
      INSERT INTO tallies AS known (measure, label, bucket, value)
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
      ON CONFLICT (measure, label, bucket) DO UPDATE SET value = known.value + excluded.value
      """;

  private static final String GROW_BASKETS =
      """
      INSERT INTO baskets AS known (currency, counts) VALUES ($1, $2::bigint[])
      ON CONFLICT (currency) DO UPDATE SET counts = ARRAY(
        SELECT coalesce(before, 0) + coalesce(more, 0)
        FROM unnest(known.counts, excluded.counts) WITH ORDINALITY AS sizes (before, more, nth)
        ORDER BY nth)
      """;

  private static final String FORGET =
      "DELETE FROM tallies WHERE measure = 'minute' AND bucket < $1";

  /** A sum that a bigint can't hold stops at its end, instead of failing all stats. */
  private static final String SELECT =
      """
      SELECT measure, label, bucket, least(value, 9223372036854775807)::bigint AS value,
        NULL::bigint[] AS counts
      FROM tallies
      WHERE measure <> 'minute' OR bucket > extract(epoch FROM now())::bigint / 60 - $1
      UNION ALL
      SELECT 'basket', currency, NULL, NULL, counts FROM baskets
      """;

  private long latestMinute;

  @Override
  public Future<?> apply(SqlConnection connection, List<Message> announced) {
    NavigableMap<Tally, Long> growth = Tally.of(announced);
    if (growth.isEmpty()) {
      return Future.succeededFuture();
    }
    List<Tuple> baskets = baskets(growth);
    growth.keySet().removeIf(tally -> tally.measure() == Measure.BASKET);
    return connection
        .preparedQuery(GROW)
        .execute(columns(growth))
        .compose(grown -> growBaskets(connection, baskets))
        .compose(grown -> forget(connection, growth));
  }

  private static Future<?> growBaskets(SqlConnection connection, List<Tuple> baskets) {
    return baskets.isEmpty()
        ? Future.succeededFuture()
        : connection.preparedQuery(GROW_BASKETS).executeBatch(baskets);
  }

  /** Returns the currencies, in their order, and how many orders of each size there are more. */
  private static List<Tuple> baskets(NavigableMap<Tally, Long> growth) {
    Map<String, Long[]> counts = new TreeMap<>();
    growth
        // From the largest: the array is as long as it ever gets.
        .descendingMap()
        .forEach(
            (tally, orders) -> {
              if (tally.measure() == Measure.BASKET) {
                int size = (int) tally.bucket();
                counts.computeIfAbsent(tally.label(), currency -> zeros(size + 1))[size] = orders;
              }
            });
    return counts.entrySet().stream()
        .map(each -> Tuple.of(each.getKey(), (Object) each.getValue()))
        .toList();
  }

  private static Long[] zeros(int length) {
    Long[] zeros = new Long[length];
    Arrays.fill(zeros, 0L);
    return zeros;
  }

  /** With the first order of each minute those go that are no longer shown. */
  private Future<?> forget(SqlConnection connection, NavigableMap<Tally, Long> growth) {
    long minute =
        growth.keySet().stream()
            .filter(tally -> tally.measure() == Measure.MINUTE)
            .mapToLong(Tally::bucket)
            .max()
            .orElse(0);
    if (minute <= latestMinute) {
      return Future.succeededFuture();
    }
    latestMinute = minute;
    return connection.preparedQuery(FORGET).execute(Tuple.of(minute - MINUTES));
  }

  static Future<Stats> stats(Database database) {
    return database.query(
        client -> client.preparedQuery(SELECT).execute(Tuple.of(MINUTES)).map(Tallies::stats));
  }

  private static Tuple columns(NavigableMap<Tally, Long> growth) {
    List<Tally> tallies = List.copyOf(growth.keySet());
    return Tuple.of(
        tallies.stream().map(tally -> tally.measure().key()).toArray(String[]::new),
        tallies.stream().map(Tally::label).toArray(String[]::new),
        tallies.stream().map(Tally::bucket).toArray(Long[]::new),
        growth.values().toArray(Long[]::new));
  }

  private static Stats stats(RowSet<Row> rows) {
    Stats.Builder stats = new Stats.Builder();
    for (Row row : rows) {
      Measure measure = Measure.valueOf(row.getString("measure").toUpperCase(Locale.ROOT));
      String label = row.getString("label");
      if (measure == Measure.BASKET) {
        stats.add(Currency.of(label), baskets(row.getArrayOfLongs("counts")));
      } else {
        stats.add(new Tally(measure, label, row.getLong("bucket")), row.getLong("value"));
      }
    }
    return stats.build();
  }

  private static Baskets baskets(Long[] counts) {
    return new Baskets(Arrays.stream(counts).mapToLong(Long::longValue).toArray());
  }
}
