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
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;

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

  private static final String FORGET =
      "DELETE FROM tallies WHERE measure = 'minute' AND bucket < $1";

  /**
   * A sum that a bigint can't hold stops at its end, instead of failing all stats. The sizes of
   * baskets come as arrays: as rows, thousands of them would take most of the time.
   */
  private static final String SELECT =
      """
      SELECT measure, label, array_agg(bucket) AS buckets,
        array_agg(least(value, 9223372036854775807)::bigint) AS figures
      FROM tallies
      WHERE measure <> 'minute' OR bucket > extract(epoch FROM now())::bigint / 60 - $1
      GROUP BY measure, label
      """;

  private long latestMinute;

  @Override
  public Future<?> apply(SqlConnection connection, List<Message> announced) {
    NavigableMap<Tally, Long> growth = Tally.of(announced);
    if (growth.isEmpty()) {
      return Future.succeededFuture();
    }
    return connection
        .preparedQuery(GROW)
        .execute(columns(growth))
        .compose(grown -> forget(connection, growth));
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
      Long[] buckets = row.getArrayOfLongs("buckets");
      Long[] figures = row.getArrayOfLongs("figures");
      for (int i = 0; i < buckets.length; i++) {
        stats.add(new Tally(measure, label, buckets[i]), figures[i]);
      }
    }
    return stats.build();
  }
}
