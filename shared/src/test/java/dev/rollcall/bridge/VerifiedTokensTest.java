package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {
  private static final long NOW = 1_800_000_000;

  private final VerifiedTokens tokens = new VerifiedTokens();
  private final JWKSet keys = keys(Issuer.ec("some"));

  @Test
  void whatWasAddedIsFoundAndNothingElse() {
    tokens.add("a.b.c", keys, until(NOW + 60));
    assertThat(tokens.find("a.b.c", keys, NOW)).contains(until(NOW + 60));
    assertThat(tokens.find("a.b.d", keys, NOW)).isEmpty();
    assertThat(tokens.find("a.b.c ", keys, NOW)).isEmpty();
  }

  @Test
  void aTokenThatIsOverIsForgotten() {
    tokens.add("a.b.c", keys, until(NOW + 60));
    tokens.add("other", keys, until(NOW + 61));
    assertThat(tokens.find("a.b.c", keys, NOW + 59)).isPresent();
    assertThat(tokens.find("a.b.c", keys, NOW + 60)).isEmpty();
    assertThat(tokens.find("a.b.c", keys, NOW)).isEmpty();
    assertThat(tokens.find("other", keys, NOW + 60)).isPresent();
  }

  @Test
  void otherKeysVouchForNoneOfThem() {
    tokens.add("a.b.c", keys, until(NOW + 60));
    tokens.add("other", keys, until(NOW + 60));
    JWKSet others = keys(Issuer.ec("some"));
    assertThat(tokens.find("a.b.c", others, NOW)).isEmpty();
    assertThat(tokens.find("other", keys, NOW)).isEmpty();
  }

  /** The keys may change while a worker verifies. */
  @Test
  void whatTheOldKeysVerifiedIsNotGoodWithTheNew() {
    JWKSet others = keys(Issuer.ec("others"));
    assertThat(tokens.find("a.b.c", others, NOW)).isEmpty();
    tokens.add("a.b.c", keys, until(NOW + 60));
    assertThat(tokens.find("a.b.c", others, NOW)).isEmpty();
  }

  @Test
  void theOneThatWasNotUsedForTheLongestTimeGivesWay() {
    for (int i = 0; i < VerifiedTokens.MAX_TOKENS; i++) {
      tokens.add("token " + i, keys, until(NOW + 60));
    }
    assertThat(tokens.find("token 0", keys, NOW)).isPresent();
    tokens.add("one more", keys, until(NOW + 60));
    assertThat(tokens.find("token 0", keys, NOW)).isPresent();
    assertThat(tokens.find("token 1", keys, NOW)).isEmpty();
    assertThat(tokens.find("token 2", keys, NOW)).isPresent();
    assertThat(tokens.find("one more", keys, NOW)).isPresent();
  }

  private static ClaimRules.Claims until(long expiresAt) {
    return new ClaimRules.Claims(
        new Identity(new BridgeUser("ana", new JsonObject()), NOW, expiresAt), NOW);
  }

  private static JWKSet keys(Issuer issuer) {
    try {
      return TokenKeys.parse(Issuer.jwks(issuer).toBuffer());
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
