package dev.rollcall.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One folder for all, since making one takes seconds: each test leaves it stopped. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EmbeddedDatabaseTest {
  @TempDir static Path folder;

  @Test
  void dataOutlivesTheServer() throws SQLException {
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
      execute(database.config(), "CREATE TABLE kept AS SELECT 42 AS answer");
    }
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
      assertThat(ask(database.config(), "SELECT answer FROM kept")).isEqualTo("42");
      execute(database.config(), "DROP TABLE kept");
    }
  }

  @Test
  void aCommitIsOnDiskBeforeItIsConfirmed() throws SQLException {
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
      assertThat(ask(database.config(), "SHOW fsync")).isEqualTo("on");
      assertThat(ask(database.config(), "SHOW synchronous_commit")).isEqualTo("on");
    }
  }

  @Test
  void itListensOnLoopbackAndAsksForAPassword() throws SQLException {
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
      DatabaseConfig config = database.config();
      DatabaseConfig stranger =
          new DatabaseConfig(
              config.host(),
              config.port(),
              config.database(),
              config.user(),
              "guess",
              config.tls());

      assertThat(ask(config, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThatThrownBy(() -> ask(stranger, "SELECT 1")).hasMessageContaining("password");
    }
  }

  @Test
  void aSecondStartOnTheSameFolderIsRefused() {
    try (EmbeddedDatabase first = EmbeddedDatabase.start(folder, 0)) {
      assertThatThrownBy(() -> EmbeddedDatabase.start(folder, 0))
          .isInstanceOf(DatabaseStartException.class)
          .hasMessageContaining("another process runs the database");
      assertThat(EmbeddedDatabase.stopLeftover(folder)).isFalse();
      assertThat(first.ended()).isNotDone();
    }
  }

  @Test
  void whoJoinsUsesTheServerAndLeavesItRunning() throws SQLException {
    try (EmbeddedDatabase first = EmbeddedDatabase.start(folder, 0)) {
      EmbeddedDatabase.startOrJoin(folder, 0).close();

      assertThat(ask(first.config(), "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedDatabase.start(folder, other.getLocalPort()))
          .isInstanceOf(DatabaseStartException.class)
          .hasMessage("port " + other.getLocalPort() + " of the database is taken");
    }
  }

  @Test
  void theServerOfAKilledProcessIsEndedAndItsDataRecovered() throws Exception {
    Process launcher = launch();
    DatabaseConfig config = readyLine(launcher);
    execute(config, "CREATE TABLE recovered AS SELECT 7 AS answer");
    launcher.destroyForcibly().onExit().get(10, TimeUnit.SECONDS);

    assertThat(ask(config, "SELECT 1")).as("the server lives on").isEqualTo("1");
    assertThat(EmbeddedDatabase.stopLeftover(folder)).isTrue();
    assertThat(EmbeddedDatabase.stopLeftover(folder)).isFalse();
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, config.port())) {
      assertThat(ask(database.config(), "SELECT answer FROM recovered")).isEqualTo("7");
      execute(database.config(), "DROP TABLE recovered");
    }
  }

  @Test
  void theProcessEndsItsServerWhenItsInputEnds() throws Exception {
    Process launcher = launch();
    DatabaseConfig config = readyLine(launcher);
    launcher.getOutputStream().close();

    assertThat(launcher.onExit().get(30, TimeUnit.SECONDS).exitValue()).isZero();
    assertThatThrownBy(() -> ask(config, "SELECT 1")).isInstanceOf(SQLException.class);
  }

  @Test
  void anIdThatIsAnotherProcessByNowIsForgotten() throws IOException {
    EmbeddedDatabase.start(folder, 0).close();
    Path pidFile = folder.resolve("postgres/postmaster.pid");
    Files.writeString(
        pidFile, ProcessHandle.current().pid() + "\n" + folder + "\n1\n1\n\n\n\nready\n");

    EmbeddedDatabase.start(folder, 0).close();

    assertThat(pidFile).doesNotExist();
  }

  @Test
  void anInterruptedCreationIsMadeAgain(@TempDir Path fresh) throws Exception {
    Files.createDirectories(fresh.resolve("postgres.partial/base"));

    try (EmbeddedDatabase database = EmbeddedDatabase.start(fresh, 0)) {
      assertThat(ask(database.config(), "SELECT 1")).isEqualTo("1");
    }
    assertThat(fresh.resolve("postgres.partial")).doesNotExist();
  }

  private static Process launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            EmbeddedDatabase.class.getName());
    builder.environment().put("ROLLCALL_DATA_DIR", folder.toString());
    builder.environment().put("ROLLCALL_DATABASE_PORT", "0");
    builder.environment().put("ROLLCALL_EXIT_WITH_PARENT", "true");
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static DatabaseConfig readyLine(Process launcher) throws IOException {
    BufferedReader output = launcher.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("database ready ")) {
        return DatabaseConfig.parse(line.substring("database ready ".length()));
      }
    }
    throw new AssertionError("the process ended before the database was ready");
  }

  private static Connection connect(DatabaseConfig config) throws SQLException {
    return DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
  }

  private static void execute(DatabaseConfig config, String sql) throws SQLException {
    try (Connection connection = connect(config);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(DatabaseConfig config, String sql) throws SQLException {
    try (Connection connection = connect(config);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
