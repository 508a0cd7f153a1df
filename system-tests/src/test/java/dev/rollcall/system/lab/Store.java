package dev.rollcall.system.lab;

import dev.rollcall.database.DatabaseConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** What is stored, asked of the database itself. One thread at a time. */
final class Store implements AutoCloseable {
  private final Connection connection;

  Store(DatabaseConfig database) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", database.user());
    properties.put("password", database.password());
    connection =
        DriverManager.getConnection(
            "jdbc:postgresql://%s:%d/%s"
                .formatted(database.host(), database.port(), database.database()),
            properties);
  }

  /** Returns the last position of each topic. */
  Map<String, Long> lastPositions() throws SQLException {
    Map<String, Long> last = new HashMap<>();
    for (String schema : List.of("chat", "orders")) {
      try (PreparedStatement query =
              connection.prepareStatement("SELECT topic, last FROM " + schema + ".outbox_topics");
          ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          last.put(rows.getString(1), rows.getLong(2));
        }
      }
    }
    return last;
  }

  /** Returns how much is committed and has no position yet. */
  long unnumbered() throws SQLException {
    return number("SELECT count(*) FROM chat.outbox_pending")
        + number("SELECT count(*) FROM orders.outbox_pending");
  }

  /** Returns the ids of the clients' own that chat messages have. */
  Set<String> messages() throws SQLException {
    return strings("SELECT client_id FROM chat.messages");
  }

  /** Returns how many messages are there another time. */
  long repeatedMessages() throws SQLException {
    return number("SELECT count(*) - count(DISTINCT (author, client_id)) FROM chat.messages");
  }

  Set<String> orders() throws SQLException {
    return strings("SELECT idempotency_key FROM orders.orders");
  }

  private long number(String query) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private Set<String> strings(String query) throws SQLException {
    Set<String> strings = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(query);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
    }
    return strings;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
