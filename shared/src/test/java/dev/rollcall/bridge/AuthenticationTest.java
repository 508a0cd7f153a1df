package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.node.ConfigurationException;
import dev.rollcall.node.Environment;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In production an issuer signs, and this side has the public key alone. */
class AuthenticationTest {
  private final Vertx vertx = Vertx.vertx();

  @TempDir Path folder;

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048, RS256", "EC, 256, ES256"})
  void theIssuersTokensAreGoodAndNobodyElses(String kind, int size, String algorithm)
      throws Exception {
    KeyPair issuer = keys(kind, size);
    KeyPair other = keys(kind, size);
    Map<String, String> claimed = Map.of("iss", "https://issuer.example", "aud", "rollcall");
    HttpServer server =
        serve(
            Map.of(
                "ROLLCALL_JWT_PUBLIC_KEY_FILE", write("PUBLIC KEY", issuer.getPublic()).toString(),
                "ROLLCALL_JWT_ISSUER", "https://issuer.example",
                "ROLLCALL_JWT_AUDIENCE", "rollcall"));

    assertThat(status(server, token(issuer, algorithm, claimed))).isEqualTo(200);
    assertThat(status(server, token(other, algorithm, claimed))).isEqualTo(401);
    assertThat(
            status(
                server,
                token(issuer, algorithm, Map.of("iss", "https://evil.example", "aud", "rollcall"))))
        .isEqualTo(401);
    assertThat(
            status(
                server,
                token(
                    issuer, algorithm, Map.of("iss", "https://issuer.example", "aud", "another"))))
        .isEqualTo(401);
    assertThat(status(server, unsigned())).isEqualTo(401);
    assertThat(status(server, signedWithThePublicKey(issuer))).isEqualTo(401);
  }

  @Test
  void productionNeedsAKeyAndRefusesASecret() throws IOException {
    assertThatThrownBy(() -> authentication(Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ROLLCALL_JWT_PUBLIC_KEY_FILE is not set");
    Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "nonsense");
    assertThatThrownBy(
            () -> authentication(Map.of("ROLLCALL_JWT_PUBLIC_KEY_FILE", nonsense.toString())))
        .hasMessageContaining("no public key in");
    assertThatThrownBy(
            () ->
                authentication(
                    Map.of(
                        "ROLLCALL_JWT_PUBLIC_KEY_FILE", nonsense.toString(),
                        "ROLLCALL_JWT_SECRET", "x".repeat(40))))
        .hasMessageContaining("for development only");
  }

  @Test
  void aShortSecretIsRefused() {
    Environment environment = new Environment(Map.of("ROLLCALL_JWT_SECRET", "short"));
    assertThatThrownBy(() -> Authentication.from(environment, vertx))
        .hasMessageContaining("at least 32 characters");
  }

  private Authentication authentication(Map<String, String> variables) {
    Map<String, String> production = new HashMap<>(variables);
    production.put("ROLLCALL_MODE", "production");
    return Authentication.from(new Environment(production), vertx);
  }

  private HttpServer serve(Map<String, String> variables) throws Exception {
    Router router = Router.router(vertx);
    router
        .get("/me")
        .handler(authentication(variables).required())
        .handler(request -> request.end(Authentication.identity(request).user()));
    return vertx
        .createHttpServer()
        .requestHandler(router)
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static int status(HttpServer server, String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + "/me"))
            .header("Authorization", "Bearer " + token)
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private String token(KeyPair keys, String algorithm, Map<String, String> claims) {
    PubSecKeyOptions key =
        new PubSecKeyOptions()
            .setAlgorithm(algorithm)
            .setBuffer(pem("PRIVATE KEY", keys.getPrivate()));
    return sign(key, algorithm, claims);
  }

  /** The old trick: the verifier's public key, known to all, taken as a shared secret. */
  private String signedWithThePublicKey(KeyPair keys) {
    PubSecKeyOptions key =
        new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(pem("PUBLIC KEY", keys.getPublic()));
    return sign(key, "HS256", Map.of("iss", "https://issuer.example", "aud", "rollcall"));
  }

  private String sign(PubSecKeyOptions key, String algorithm, Map<String, String> claims) {
    JsonObject body = new JsonObject().put("sub", "ana").put("iss", claims.get("iss"));
    body.put("aud", List.of(claims.get("aud")));
    return JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(key))
        .generateToken(body, new JWTOptions().setAlgorithm(algorithm).setExpiresInSeconds(60));
  }

  private static String unsigned() {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    long later = System.currentTimeMillis() / 1_000 + 60;
    String body =
        "{\"sub\":\"ana\",\"iss\":\"https://issuer.example\",\"aud\":[\"rollcall\"],\"exp\":"
            + later
            + "}";
    return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
        + "."
        + encoder.encodeToString(body.getBytes(StandardCharsets.UTF_8))
        + ".";
  }

  private Path write(String kind, Key key) throws IOException {
    return Files.writeString(folder.resolve("key.pem"), pem(kind, key));
  }

  private static String pem(String kind, Key key) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(key.getEncoded())
        + "\n-----END "
        + kind
        + "-----\n";
  }

  private static KeyPair keys(String kind, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    generator.initialize(size);
    return generator.generateKeyPair();
  }
}
