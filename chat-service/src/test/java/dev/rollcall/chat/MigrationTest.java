package dev.rollcall.chat;

import static dev.rollcall.chat.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.database.Database;
import dev.rollcall.database.DatabaseConfig;
import dev.rollcall.database.EmbeddedDatabase;
import dev.rollcall.outbox.Outbox;
import dev.rollcall.outbox.Projection;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MigrationTest {
  private static final Room LOBBY = new Room("lobby");

  @Test
  void messagesOfTheFirstVersionAreNumberedRoomByRoom() throws Exception {
    Vertx vertx = Vertx.vertx();
    EmbeddedDatabase server = EmbeddedDatabase.start(Path.of("target", "database"), 0);
    try {
      storeWithTheFirstVersion(server);
      Database database = result(Database.open(vertx, server.config(), "chat"));
      Outbox outbox = result(Outbox.open(vertx, database, PubSub.local(vertx), Projection.NONE));
      Messages messages = new Messages(database, outbox);

      Page lobby = result(messages.list(new History(LOBBY, Long.MAX_VALUE, 50)));
      assertThat(lobby.messages()).extracting(StoredMessage::text).containsExactly("a", "c", "d");
      assertThat(lobby.messages()).extracting(StoredMessage::number).containsExactly(1L, 2L, 3L);
      NewMessage next = MessagesTest.message(LOBBY, "Ana", "e", "c-5");
      StoredMessage stored = result(messages.store(List.of(next))).get(next.postId());
      assertThat(stored.number()).isEqualTo(4);
      assertThat(stored.id()).isGreaterThan(4);
      RoomPage rooms = result(new Rooms(database).list(new RoomsAfter("", 50), "Ana"));
      assertThat(rooms.rooms())
          .containsExactly(
              new ListedRoom(LOBBY, null, 4, 0), new ListedRoom(new Room("tea"), null, 1, 0));
      result(database.close());
    } finally {
      result(vertx.close());
      server.close();
    }
  }

  private static void storeWithTheFirstVersion(EmbeddedDatabase server) throws Exception {
    DatabaseConfig config = server.config();
    String url = "jdbc:postgresql://%s:%d/%s";
    url = url.formatted(config.host(), config.port(), config.database());
    String user = config.user();
    String password = config.password();
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS chat CASCADE");
      Flyway.configure()
          .dataSource(url, user, password)
          .schemas("chat")
          .locations("classpath:db/chat")
          .target("1")
          .load()
          .migrate();
      statement.execute(
          """
          INSERT INTO chat.messages (room, author, client_id, text) VALUES
            ('lobby', 'Ana', 'c-1', 'a'), ('tea', 'Ana', 'c-2', 'b'),
            ('lobby', 'Bob', 'c-3', 'c'), ('lobby', 'Ana', 'c-4', 'd')
          """);
    }
  }
}
