package dev.rollcall.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvailabilityTest {
  static Stream<Throwable> failuresOfTheWay() {
    return Stream.of(
        new ConnectException("refused"),
        new UnknownHostException("db"),
        ClosedConnectionException.INSTANCE,
        new TimeoutException(),
        VertxException.noStackTrace("Timeout"),
        VertxException.noStackTrace("Connection is not active now, current status: CLOSED"),
        new IllegalStateException("wrapped", new SQLException("refused", "08001")));
  }

  @ParameterizedTest
  @MethodSource("failuresOfTheWay")
  void aServerThatCannotBeReachedIsAway(Throwable failure) {
    assertThat(Database.unavailable(failure)).isTrue();
    assertThat(Availability.away(failure)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"57P01", "57P02", "57P03", "08006"})
  void aServerThatEndsOrStartsIsAway(String sqlState) {
    assertThat(Database.unavailable(refusal(sqlState))).isTrue();
    assertThat(Availability.away(refusal(sqlState))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"53300", "57014", "55P03", "25P03", "40001", "40P01"})
  void aServerThatIsTooBusyIsUnavailableButThere(String sqlState) {
    assertThat(Database.unavailable(refusal(sqlState))).isTrue();
    assertThat(Availability.away(refusal(sqlState))).isFalse();
  }

  static Stream<Throwable> failuresOfOurOwn() {
    return Stream.of(
        new ConnectionPoolTooBusyException("full"),
        new AwayException("db:5432"),
        new IllegalStateException("wrapped", new AwayException("db:5432")));
  }

  @ParameterizedTest
  @MethodSource("failuresOfOurOwn")
  void whatWasNotEvenAskedIsUnavailableAndTellsNothingOfTheServer(Throwable failure) {
    assertThat(Database.unavailable(failure)).isTrue();
    assertThat(Availability.away(failure)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"23505", "40002", "40003", "42601", "28P01", "3D000", "22003"})
  void aStatementThatIsWrongStaysWrong(String sqlState) {
    assertThat(Database.unavailable(refusal(sqlState))).isFalse();
    assertThat(Availability.away(refusal(sqlState))).isFalse();
  }

  static Stream<Throwable> faults() {
    return Stream.of(
        new NullPointerException(),
        new SQLException("no proof", "08006", new SSLHandshakeException("unknown")),
        VertxException.noStackTrace("Empty batch"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultOfOursOrAStrangerIsNone(Throwable failure) {
    assertThat(Database.unavailable(failure)).isFalse();
    assertThat(Availability.away(failure)).isFalse();
  }

  @Test
  void onlyWhatIsRolledBackForOthersSakeIsUnserialisable() {
    Throwable deadlock = refusal("40P01");

    assertThat(Availability.unserialisable(deadlock)).isEqualTo("40P01");
    assertThat(Availability.unserialisable(new IllegalStateException("wrapped", deadlock)))
        .isEqualTo("40P01");
    assertThat(Availability.unserialisable(refusal("40001"))).isEqualTo("40001");
    assertThat(Availability.unserialisable(refusal("40003"))).isNull();
    assertThat(Availability.unserialisable(ClosedConnectionException.INSTANCE)).isNull();
  }

  private static PgException refusal(String sqlState) {
    return new PgException("no", "ERROR", sqlState, "");
  }
}
