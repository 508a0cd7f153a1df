package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rollcall.access.Access;
import dev.rollcall.node.Environment;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimRulesTest {
  private static final long NOW = 1_800_000_000;

  private final ClaimRules rules =
      new ClaimRules(Optional.of(Issuer.NAME), Optional.of(Issuer.AUDIENCE), 5);

  @Test
  void goodClaimsNameTheUserAndTheTimes() throws RefusedToken {
    assertThat(check(Issuer.claims(NOW)))
        .isEqualTo(new Identity(new BridgeUser("ana", Issuer.claims(NOW)), NOW, NOW + 60));
  }

  /** Nobody could take it back: a revocation is of what was issued by then, and is not for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"exp", "iat"})
  void aTokenWithoutBeginningOrEndIsRefused(String name) {
    JsonObject claims = Issuer.claims(NOW);
    claims.remove(name);
    assertThat(refusal(claims)).isEqualTo(TokenRefusal.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"-1, EXPIRED", "0, EXPIRED", "1,"})
  void theEndHasNoLeeway(long after, TokenRefusal refusal) {
    assertThat(refusal(claims("exp", NOW + after))).isEqualTo(refusal);
  }

  @ParameterizedTest
  @CsvSource({"nbf, 5,", "nbf, 6, NOT_YET", "iat, 5,", "iat, 6, NOT_YET"})
  void theIssuersClockMayBeALittleAhead(String name, long after, TokenRefusal refusal) {
    assertThat(refusal(claims(name, NOW + after))).isEqualTo(refusal);
  }

  /** A revocation is kept for a day. */
  @ParameterizedTest
  @CsvSource({"0, 86400,", "0, 86401, TOO_LONG", "-100, 86300,", "-100, 86301, TOO_LONG"})
  void aTokenThatOutlivesItsRevocationIsRefused(long issued, long ends, TokenRefusal refusal) {
    assertThat(refusal(claims("iat", NOW + issued).put("exp", NOW + ends))).isEqualTo(refusal);
  }

  /** Else it would be good once its revocation is forgotten. */
  @Test
  void aTokenThatLivesTooLongIsNotGoodNearItsEnd() {
    JsonObject claims = claims("iat", NOW - Access.MAX_TOKEN_SECONDS).put("exp", NOW + 1);
    assertThat(refusal(claims)).isEqualTo(TokenRefusal.TOO_LONG);
  }

  @Test
  void secondsMayHaveAFraction() throws RefusedToken {
    assertThat(check(claims("exp", NOW + 1.5)).expiresAt()).isEqualTo(NOW + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp", "nbf", "iat"})
  void whatIsNoTimeIsRefused(String name) {
    BigInteger wrapsToNow = BigInteger.TWO.pow(64).add(BigInteger.valueOf(NOW + 30));
    for (Object wrong : List.of("" + (NOW + 30), true, -1, 1e300, Long.MAX_VALUE, wrapsToNow)) {
      assertThat(refusal(claims(name, wrong))).as("%s", wrong).isEqualTo(TokenRefusal.MALFORMED);
    }
    assertThat(refusal(claims(name, null))).isEqualTo(TokenRefusal.MALFORMED);
  }

  @Test
  void anotherIssuersTokenIsRefused() {
    assertThat(refusal(claims("iss", "https://evil.example"))).isEqualTo(TokenRefusal.ISSUER);
    assertThat(refusal(claims("iss", null))).isEqualTo(TokenRefusal.ISSUER);
    assertThat(refusal(claims("iss", new JsonArray().add(Issuer.NAME))))
        .isEqualTo(TokenRefusal.ISSUER);
  }

  @Test
  void aTokenForAnotherAudienceIsRefused() {
    assertThat(refusal(claims("aud", new JsonArray().add("other").add("rollcall")))).isNull();
    assertThat(refusal(claims("aud", "other"))).isEqualTo(TokenRefusal.AUDIENCE);
    assertThat(refusal(claims("aud", "rollcall2"))).isEqualTo(TokenRefusal.AUDIENCE);
    assertThat(refusal(claims("aud", new JsonArray()))).isEqualTo(TokenRefusal.AUDIENCE);
    assertThat(refusal(claims("aud", null))).isEqualTo(TokenRefusal.AUDIENCE);
  }

  @Test
  void whatNamesNobodyIsRefused() {
    List<Object> nobody =
        List.of(
            "",
            " ",
            "\u2003",
            "x".repeat(129),
            "a\nb",
            "a\u0000",
            "\u007f",
            "\u0085",
            "a\ud800",
            7);
    for (Object user : nobody) {
      assertThat(refusal(claims("sub", user))).as("%s", user).isEqualTo(TokenRefusal.MALFORMED);
    }
    assertThat(refusal(claims("sub", null))).isEqualTo(TokenRefusal.MALFORMED);
    for (String user : List.of("x", "x".repeat(128), "Ana Mar\u00eda", "\ud83d\ude00")) {
      assertThat(refusal(claims("sub", user))).as(user).isNull();
    }
  }

  @Test
  void productionNamesIssuerAndAudience() {
    Environment production = new Environment(Map.of("ROLLCALL_MODE", "production"));
    ClaimRules.from(production);
    assertThatThrownBy(production::check)
        .hasMessageContaining("ROLLCALL_JWT_ISSUER is not set")
        .hasMessageContaining("ROLLCALL_JWT_AUDIENCE is not set");
    assertThat(ClaimRules.from(new Environment(Map.of())))
        .isEqualTo(new ClaimRules(Optional.empty(), Optional.empty(), 0));
  }

  @ParameterizedTest
  @CsvSource({"0, true", "60, true", "61, false", "-1, false"})
  void theLeewayIsSmall(String seconds, boolean good) {
    Environment environment = new Environment(Map.of("ROLLCALL_JWT_LEEWAY_SECONDS", seconds));
    ClaimRules.from(environment);
    if (good) {
      environment.check();
    } else {
      assertThatThrownBy(environment::check).hasMessageContaining("from 0 to 60");
    }
  }

  private static JsonObject claims(String name, Object value) {
    return Issuer.claims(NOW).put(name, value);
  }

  private Identity check(JsonObject claims) throws RefusedToken {
    return rules.check(rules.read(claims), NOW);
  }

  private TokenRefusal refusal(JsonObject claims) {
    RefusedToken refused = catchThrowableOfType(RefusedToken.class, () -> check(claims));
    return refused == null ? null : refused.reason();
  }
}
