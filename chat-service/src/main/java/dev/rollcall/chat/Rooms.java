package dev.rollcall.chat;

import dev.rollcall.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The rooms in the database, and how far each user has read in them. */
final class Rooms {
  private static final String CREATE =
      """
      INSERT INTO rooms (name, title) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET title = excluded.title
        WHERE rooms.title IS NULL AND excluded.title IS NOT NULL
      """;

  private static final String SELECT_ONE =
      """
      SELECT name, title, last_number, coalesce(number, 0) AS read_number
      FROM rooms LEFT JOIN reads ON room = name AND reader = $2
      WHERE name = $1
      """;

  private static final String SELECT_AFTER =
      """
      SELECT name, title, last_number, coalesce(number, 0) AS read_number
      FROM rooms LEFT JOIN reads ON room = name AND reader = $2
      WHERE name > $1
      ORDER BY name
      LIMIT $3
      """;

  /** What is moved already costs no write. */
  private static final String READ =
      """
      WITH moved AS (
        INSERT INTO reads (reader, room, number)
        SELECT $1, name, least($3, last_number) FROM rooms WHERE name = $2 AND last_number > 0
        ON CONFLICT (reader, room) DO UPDATE SET number = excluded.number
          WHERE reads.number < excluded.number
        RETURNING number
      )
      SELECT
        (SELECT number FROM moved) AS moved,
        greatest(
          (SELECT number FROM reads WHERE reader = $1 AND room = $2), least($3, last_number)
        ) AS number
      FROM rooms WHERE name = $2
      """;

  private final Database database;

  Rooms(Database database) {
    this.database = database;
  }

  /** Creates a room, or finds it. The first title that it is given stays. */
  Future<ListedRoom> create(NewRoom wanted, String user) {
    String name = wanted.room().name();
    return database.query(
        client ->
            client
                .preparedQuery(CREATE)
                .execute(Tuple.of(name, wanted.title()))
                .compose(created -> client.preparedQuery(SELECT_ONE).execute(Tuple.of(name, user)))
                .map(rows -> room(rows.iterator().next())));
  }

  /** Returns some rooms, as one user sees them. */
  Future<RoomPage> list(RoomsAfter wanted, String user) {
    // One more than is shown tells whether there are more.
    Tuple parameters = Tuple.of(wanted.name(), user, wanted.limit() + 1);
    return database
        .query(client -> client.preparedQuery(SELECT_AFTER).execute(parameters))
        .map(rows -> page(rows, wanted.limit()));
  }

  /**
   * Takes down that a user has read so far: never back, and not beyond the last message.
   *
   * @return fails with {@link Rejected} where there is no such room
   */
  Future<ReadMark> read(Place place, String user) {
    Tuple parameters = Tuple.of(user, place.room().name(), place.number());
    return database
        .query(client -> mark(client, parameters))
        .map(
            rows -> {
              Rejected.unless(rows.size() > 0, Rejection.UNKNOWN_ROOM);
              Row row = rows.iterator().next();
              boolean moved = row.getLong("moved") != null;
              return new ReadMark(place.room(), row.getLong("number"), moved);
            });
  }

  private static Future<RowSet<Row>> mark(SqlClient client, Tuple parameters) {
    return client.preparedQuery(READ).execute(parameters);
  }

  private static RoomPage page(RowSet<Row> rows, int limit) {
    List<ListedRoom> rooms = new ArrayList<>();
    rows.forEach(row -> rooms.add(room(row)));
    boolean more = rooms.size() > limit;
    return new RoomPage(more ? rooms.subList(0, limit) : rooms, more);
  }

  private static ListedRoom room(Row row) {
    return new ListedRoom(
        new Room(row.getString("name")),
        row.getString("title"),
        row.getLong("last_number"),
        row.getLong("read_number"));
  }
}
