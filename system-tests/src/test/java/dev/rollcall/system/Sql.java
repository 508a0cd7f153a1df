package dev.rollcall.system;

import dev.rollcall.database.DatabaseConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A connection of the test's own to one schema of the system's database, made when it is first
 * needed and anew when it is lost. One thread at a time.
 */
final class Sql implements AutoCloseable {
  private static final String TIMEOUT_SECONDS = "5";

  /** A server that is gone is found out by asking it. */
  private static final int VALID_WITHIN_SECONDS = 5;

  private final String url;
  private final Properties properties = new Properties();
  private Connection connection;

  private Sql(DatabaseConfig database, String schema) {
    url = "jdbc:postgresql://%s:%d/%s".formatted(database.host(), database.port(), "postgres");
    properties.put("user", database.user());
    properties.put("password", database.password());
    properties.put("currentSchema", schema);
    properties.put("connectTimeout", TIMEOUT_SECONDS);
    properties.put("socketTimeout", "120");
  }

  static Sql of(Deployment system, String schema) {
    return new Sql(DatabaseConfig.parse(system.databaseUrl()), schema);
  }

  /** What is made of a row. */
  @FunctionalInterface
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Some statements in one transaction. */
  @FunctionalInterface
  interface Work {
    void run() throws SQLException;
  }

  <T> List<T> rows(String sql, Reader<T> reader, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet result = statement.executeQuery()) {
      List<T> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(reader.read(result));
      }
      return rows;
    }
  }

  /** Returns the only number that a query has, 0 where it has no row. */
  long number(String sql, Object... values) throws SQLException {
    return rows(sql, row -> row.getLong(1), values).stream().findFirst().orElse(0L);
  }

  int execute(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  void transaction(Work work) throws SQLException {
    connection().setAutoCommit(false);
    try {
      work.run();
      connection.commit();
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /** Begins a transaction, which whoever gets the connection ends. */
  Connection open() throws SQLException {
    connection().setAutoCommit(false);
    return connection;
  }

  @Override
  public void close() throws SQLException {
    if (connection != null) {
      connection.close();
    }
  }

  private PreparedStatement prepare(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection().prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  private Connection connection() throws SQLException {
    if (connection == null || !connection.isValid(VALID_WITHIN_SECONDS)) {
      connection = DriverManager.getConnection(url, properties);
    }
    return connection;
  }
}
