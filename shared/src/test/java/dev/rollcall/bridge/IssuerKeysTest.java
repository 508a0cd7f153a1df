package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import dev.rollcall.node.ConfigurationException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {
  private final TestClock clock = new TestClock();
  private final List<Promise<JWKSet>> readings = new ArrayList<>();
  private final IssuerKeys keys = new IssuerKeys("KEYS", this::read, clock);
  private final JWKSet some = only(Issuer.ec("some"));
  private final JWKSet others = only(Issuer.ec("others"));

  private Future<JWKSet> read() {
    readings.add(Promise.promise());
    return readings.get(readings.size() - 1).future();
  }

  @Test
  void aStartWaitsForTheFirstReading() {
    Future<Void> started = keys.started();
    assertThat(started.isComplete()).isFalse();
    readings.get(0).complete(some);
    assertThat(started.succeeded()).isTrue();
    assertThat(keys.current()).isEqualTo(some);
  }

  @Test
  void aStartWithoutKeysFailsAndSaysWhy() {
    Future<Void> started = keys.started();
    readings.get(0).fail(new IOException("answered with 404\nand more"));
    assertThat(started.cause())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("KEYS: answered with 404");
  }

  @Test
  void aStartWithKeysOfOtherKindsFails() {
    readings.get(0).complete(TokenKeys.NONE);
    assertThat(keys.started().cause()).hasMessage("KEYS: no key for RS256 or ES256");
  }

  @Test
  void whatCantBeReadChangesNothing() {
    readings.get(0).complete(some);
    Future<JWKSet> second = keys.read();
    readings.get(1).fail("away");
    assertThat(second.failed()).isTrue();
    assertThat(keys.current()).isEqualTo(some);
  }

  @Test
  void whatIsReadReplacesAllThatThereWas() {
    readings.get(0).complete(some);
    keys.read();
    readings.get(1).complete(others);
    assertThat(keys.current()).isEqualTo(others);
  }

  @Test
  void theSameKeysReadAgainAreNoOthers() {
    readings.get(0).complete(some);
    keys.read();
    readings.get(1).complete(new JWKSet(some.getKeys()));
    assertThat(keys.current()).isSameAs(some);
  }

  @Test
  void aFloodOfUnknownIdsCausesOneReadingInHalfAMinute() {
    readings.get(0).complete(some);
    for (int second = 0; second < 90; second++) {
      for (int token = 0; token < 100; token++) {
        keys.readForUnknown();
      }
      readings.get(readings.size() - 1).tryComplete(some);
      clock.move(Duration.ofSeconds(1));
    }
    // At the start, after 30 s and after 60 s.
    assertThat(readings).hasSize(3);
  }

  @Test
  void aFailedReadingIsNotRepeatedSoonerEither() {
    readings.get(0).fail("away");
    keys.readForUnknown();
    assertThat(readings).hasSize(1);
    clock.move(Duration.ofSeconds(30));
    keys.readForUnknown();
    readings.get(1).fail("away");
    keys.readForUnknown();
    assertThat(readings).hasSize(2);
  }

  @Test
  void whoAsksDuringAReadingWaitsForIt() {
    readings.get(0).complete(some);
    clock.move(Duration.ofSeconds(30));
    Future<JWKSet> one = keys.readForUnknown();
    Future<JWKSet> another = keys.readForUnknown();
    Future<JWKSet> timer = keys.read();
    assertThat(readings).hasSize(2);
    readings.get(1).complete(others);
    assertThat(List.of(one, another, timer)).allMatch(Future::succeeded);
  }

  @Test
  void aClockThatIsSetBackKeepsNobodyOut() {
    readings.get(0).complete(some);
    clock.move(Duration.ofHours(-1));
    keys.readForUnknown();
    assertThat(readings).hasSize(2);
  }

  private static JWKSet only(Issuer issuer) {
    try {
      return TokenKeys.parse(Issuer.jwks(issuer).toBuffer());
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
