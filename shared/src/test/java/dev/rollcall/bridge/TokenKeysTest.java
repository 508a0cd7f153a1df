package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeysTest {
  private static final Issuer RSA = Issuer.rsa("rsa");
  private static final Issuer EC = Issuer.ec("ec");

  @Test
  void keysAreFoundByAlgorithmAndId() throws IOException {
    JWKSet keys = parse(RSA.jwk(), EC.jwk(), Issuer.ec("other").jwk());

    assertThat(keys.getKeys()).hasSize(3);
    assertThat(find(keys, JWSAlgorithm.RS256, "rsa")).isPresent();
    assertThat(find(keys, JWSAlgorithm.ES256, "ec")).isPresent();
    assertThat(find(keys, JWSAlgorithm.ES256, "rsa")).isEmpty();
    assertThat(find(keys, JWSAlgorithm.HS256, "rsa")).isEmpty();
    assertThat(find(keys, JWSAlgorithm.RS256, "unknown")).isEmpty();
    assertThat(find(keys, JWSAlgorithm.RS512, "rsa")).isEmpty();
    assertThat(find(keys, JWSAlgorithm.PS256, "rsa")).isEmpty();
  }

  @Test
  void aTokenThatNamesNoKeyIsForTheOnlyOne() throws IOException {
    JWKSet keys = parse(RSA.jwk(), EC.jwk(), Issuer.ec("other").jwk());

    assertThat(find(keys, JWSAlgorithm.RS256, null)).isPresent();
    assertThat(find(keys, JWSAlgorithm.ES256, null)).isEmpty();
  }

  @Test
  void aKeyWithoutAnIdIsForTokensWhoseKeyIsNotThere() throws IOException {
    JsonObject unnamed = RSA.jwk();
    unnamed.remove("kid");

    assertThat(find(parse(unnamed), JWSAlgorithm.RS256, "any")).isPresent();
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void aKeyForAnotherPurposeIsPassedOver(JsonObject jwk) throws IOException {
    assertThat(TokenKeys.names(parse(jwk, EC.jwk()))).hasToString("[ES256 ec]");
  }

  static Stream<JsonObject> unusable() {
    JsonObject secret = new JsonObject().put("kty", "oct").put("k", Issuer.encode(new byte[32]));
    JsonObject p384 = new Issuer("p384", "ES384", Issuer.pair("EC", 384)).jwk().put("crv", "P-384");
    String one = Issuer.encode(new byte[] {1});
    return Stream.of(
        secret.copy(),
        secret.copy().put("alg", "HS256").put("use", "sig"),
        RSA.jwk().put("use", "enc"),
        RSA.jwk().put("use", 1),
        RSA.jwk().put("alg", "RSA-OAEP"),
        RSA.jwk().put("alg", "PS256"),
        RSA.jwk().put("alg", "HS256"),
        RSA.jwk().put("alg", "none"),
        RSA.jwk().put("key_ops", new JsonArray().add("encrypt")),
        RSA.jwk().put("d", one),
        RSA.jwk().put("n", "no base64!"),
        RSA.jwk().put("n", ""),
        RSA.jwk().put("e", one),
        RSA.jwk().put("e", 65_537),
        RSA.jwk().put("kty", "EC"),
        RSA.jwk().put("kty", 5),
        new Issuer("weak", "RS256", Issuer.pair("RSA", 1_024)).jwk(),
        EC.jwk().put("alg", "RS256"),
        EC.jwk().put("x", one),
        EC.jwk().put("x", Issuer.encode(new byte[32])).put("y", Issuer.encode(new byte[32])),
        EC.jwk().put("crv", "P-521"),
        EC.jwk().put("crv", "secp256k1"),
        p384.copy(),
        p384.copy().put("crv", "P-256"),
        new JsonObject());
  }

  @Test
  void whatIsNoKeyIsPassedOver() throws IOException {
    JsonArray keys = new JsonArray().add("text").add(7).add(true).addNull().add(new JsonArray());
    JsonObject jwks = new JsonObject().put("keys", keys.add(EC.jwk()));
    assertThat(TokenKeys.parse(jwks.toBuffer()).getKeys()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "null", "nonsense", "{\"keys\":{}}", "{\"keys\":null}"})
  void whatIsNoJwksIsRefused(String json) {
    assertThatThrownBy(() -> TokenKeys.parse(Buffer.buffer(json)))
        .isInstanceOf(IOException.class)
        .hasMessage("no JWKS");
  }

  /** Whatever says what a node's keys are goes to its log. */
  @Test
  void theNameOfASecretDoesNotTellIt() {
    JWK secret = new OctetSequenceKey.Builder(new byte[32]).build();
    assertThat(TokenKeys.names(new JWKSet(secret))).containsExactly("HS256");
    assertThat(TokenKeys.isUsable(secret)).isFalse();
  }

  private static Optional<JWK> find(JWKSet keys, JWSAlgorithm algorithm, String id) {
    return TokenKeys.find(keys, new JWSHeader.Builder(algorithm).keyID(id).build());
  }

  private static JWKSet parse(JsonObject... keys) throws IOException {
    return TokenKeys.parse(Issuer.jwks(keys).toBuffer());
  }
}
