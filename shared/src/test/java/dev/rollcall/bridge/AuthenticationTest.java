package dev.rollcall.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.node.ConfigurationException;
import dev.rollcall.node.Environment;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In production an issuer signs, and this side has the public key alone. */
class AuthenticationTest {
  private static final Issuer RSA = Issuer.rsa("rsa");
  private static final Issuer EC = Issuer.ec("ec");
  private static final Issuer STRANGER = Issuer.rsa("rsa");
  private static final String SECRET = "a-secret-of-this-test-with-enough-characters";

  private final Vertx vertx = Vertx.vertx();
  private final TestClock clock = new TestClock();

  @TempDir Path folder;

  @AfterEach
  void close() {
    await(vertx.close());
  }

  static Stream<Issuer> issuers() {
    return Stream.of(RSA, EC);
  }

  @ParameterizedTest
  @MethodSource("issuers")
  void theIssuersTokensAreGoodAndNobodyElses(Issuer issuer) {
    Authentication authentication = withPem(issuer);

    assertThat(identity(authentication, issuer.token(claims())))
        .isEqualTo(
            new Identity(new BridgeUser("ana", claims()), clock.seconds(), clock.seconds() + 60));
    Issuer other = issuer.algorithm().equals("RS256") ? Issuer.rsa("rsa") : Issuer.ec("ec");
    assertRefused(authentication, other.token(claims()), TokenRefusal.SIGNATURE);
  }

  /** Signed by code that is not ours. */
  @ParameterizedTest
  @MethodSource("issuers")
  void theTokensOfAnotherImplementationAreGood(Issuer issuer) {
    PubSecKeyOptions key =
        new PubSecKeyOptions().setAlgorithm(issuer.algorithm()).setBuffer(issuer.privatePem());
    String token =
        JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(key))
            .generateToken(claims(), new JWTOptions().setAlgorithm(issuer.algorithm()));
    assertThat(identity(withPem(issuer), token).user()).isEqualTo("ana");
  }

  /** Read by code that is not ours. */
  @Test
  void anotherImplementationReadsWhatTheSecretSigns() {
    String token = withSecret().sign("ana", 60);
    PubSecKeyOptions key = new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(SECRET);
    JWTAuth other = JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(key));
    assertThat(await(other.authenticate(new TokenCredentials(token))).subject()).isEqualTo("ana");
  }

  @Test
  void theSecretOfDevelopmentSignsWhatItsRulesAskFor() {
    Authentication authentication =
        open(
            Map.of(
                "ROLLCALL_JWT_SECRET", SECRET,
                "ROLLCALL_JWT_ISSUER", "me",
                "ROLLCALL_JWT_AUDIENCE", "mine"));
    Identity bob = identity(authentication, authentication.sign("bob", 60));
    assertThat(bob.user()).isEqualTo("bob");
    assertThat(bob.who().claims().getString("iss")).isEqualTo("me");
    assertThat(bob.issuedAt()).isEqualTo(clock.seconds());
    assertThat(bob.expiresAt()).isEqualTo(clock.seconds() + 60);
    clock.move(Duration.ofSeconds(60));
    assertRefused(authentication, authentication.sign("bob", 0), TokenRefusal.EXPIRED);
  }

  @Test
  void productionSignsNothing() {
    assertThatThrownBy(() -> withPem(EC).sign("ana", 60)).isInstanceOf(IllegalStateException.class);
  }

  /** The old trick: the verifier's public key, known to all, taken as a shared secret. */
  @ParameterizedTest
  @MethodSource("issuers")
  void aPublicKeyIsNoSecret(Issuer issuer) throws IOException {
    byte[] der = issuer.keys().getPublic().getEncoded();
    byte[] pem = issuer.publicPem().getBytes(UTF_8);
    byte[] jwk = issuer.jwk().encode().getBytes(UTF_8);
    for (Authentication authentication : List.of(withPem(issuer), withFile(issuer))) {
      for (byte[] known : List.of(der, pem, jwk)) {
        JsonObject header = issuer.header().put("alg", "HS256");
        assertRefused(
            authentication, Issuer.withSecret(header, claims(), known), TokenRefusal.SIGNATURE);
        assertRefused(
            authentication,
            Issuer.withSecret(issuer.header(), claims(), known),
            TokenRefusal.SIGNATURE);
      }
    }
  }

  @Test
  void aTokenDoesNotChooseHowItsKeyIsUsed() throws IOException {
    Authentication authentication = withFile(RSA, EC);
    assertThat(identity(authentication, RSA.token(claims())).user()).isEqualTo("ana");
    for (String algorithm :
        List.of("None", "", "HS256", "ES256", "RS384", "PS256", "EdDSA", "rs256", "dir")) {
      assertRefused(
          authentication,
          RSA.token(RSA.header().put("alg", algorithm), claims()),
          TokenRefusal.SIGNATURE);
    }
    assertRefused(
        authentication,
        RSA.token(RSA.header().put("alg", "none"), claims()),
        TokenRefusal.MALFORMED);
    assertRefused(
        authentication, EC.token(EC.header().put("kid", "rsa"), claims()), TokenRefusal.SIGNATURE);
    assertRefused(authentication, EC.token(RSA.header(), claims()), TokenRefusal.SIGNATURE);
  }

  @Test
  void anUnsignedTokenIsRefused() {
    JsonObject header = new JsonObject().put("alg", "none");
    String content = Issuer.content(header, claims());
    assertRefused(withPem(EC), content + ".", TokenRefusal.MALFORMED);
    assertRefused(withPem(EC), content, TokenRefusal.MALFORMED);
    assertRefused(withPem(EC), content + ".AAAA", TokenRefusal.MALFORMED);
    String signed = Issuer.content(EC.header(), claims());
    assertRefused(withPem(EC), signed + ".", TokenRefusal.MALFORMED);
    assertRefused(withPem(EC), signed, TokenRefusal.MALFORMED);
  }

  /** Java before 17.0.3 took a signature of zeros for anybody's. */
  @Test
  void aSignatureOfNothingIsRefused() {
    String content = Issuer.content(EC.header(), claims());
    for (byte[] nothing : List.of(new byte[64], filled(64, 0xff), new byte[1], new byte[72])) {
      assertRefused(withPem(EC), content + "." + Issuer.encode(nothing), TokenRefusal.SIGNATURE);
    }
  }

  /** What the token brings with it vouches for nothing. */
  @Test
  void aKeyWithinTheTokenIsNotLookedAt() {
    JsonObject header =
        STRANGER.header().put("jwk", STRANGER.jwk()).put("jku", "https://evil.example");
    assertRefused(withPem(RSA), STRANGER.token(header, claims()), TokenRefusal.SIGNATURE);
  }

  /** With {@code b64} a library might read other claims than were signed. */
  @Test
  void whatIsCriticalAndNotUnderstoodIsRefused() {
    for (String name : List.of("b64", "exp", "unknown")) {
      JsonObject header = RSA.header().put("crit", new JsonArray().add(name)).put(name, true);
      assertRefused(withPem(RSA), RSA.token(header, claims()), TokenRefusal.MALFORMED);
    }
    JsonObject none = RSA.header().put("crit", new JsonArray());
    assertRefused(withPem(RSA), RSA.token(none, claims()), TokenRefusal.MALFORMED);
    JsonObject unencoded = RSA.header().put("b64", false);
    assertRefused(withPem(RSA), RSA.token(unencoded, claims()), TokenRefusal.MALFORMED);
  }

  /** A library that reads a header must fail as is expected of it, whatever there is in it. */
  @Test
  void aHeaderOfNonsenseIsRefused() {
    Authentication authentication = withPem(RSA);
    List<Object> nonsense =
        List.of(
            "", "x", -1, 1e300, true, new JsonArray().add(1), new JsonObject().put("kty", "RSA"));
    List<String> names =
        List.of(
            "alg kid typ cty jku jwk x5u x5c x5t x5t#S256 crit b64 enc zip epk apu p2c iss sub exp"
                .split(" "));
    for (String name : names) {
      for (Object value : nonsense) {
        String token = STRANGER.token(STRANGER.header().put(name, value), claims());
        assertThat(failure(authentication.authenticate(token)))
            .as("%s %s", name, value)
            .isInstanceOf(RefusedToken.class);
      }
    }
  }

  @Test
  void aSignatureHasOneSpelling() {
    Authentication authentication = withSecret();
    String token = authentication.sign("ana", 60);
    assertThat(identity(authentication, token).user()).isEqualTo("ana");
    assertRefused(authentication, token + "=", TokenRefusal.MALFORMED);
    // 32 bytes are 42 characters and two thirds of one: the decoder ignores its last two bits.
    char last = token.charAt(token.length() - 1);
    String spare = token.substring(0, token.length() - 1) + (char) (last + 1);
    assertRefused(authentication, spare, TokenRefusal.MALFORMED);
    for (String around : List.of(" ", "\n", "\u0000", "?", "\u00e9", "\ud83d", ".")) {
      assertRefused(authentication, token + around, TokenRefusal.MALFORMED);
      assertRefused(authentication, around + token, TokenRefusal.MALFORMED);
    }
  }

  /** What was verified is remembered, but nothing that only resembles it. */
  @ParameterizedTest
  @MethodSource("issuers")
  void noBitOfAKnownTokenMayDiffer(Issuer issuer) {
    Authentication authentication = withPem(issuer);
    String token = issuer.token(claims());
    assertThat(identity(authentication, token).user()).isEqualTo("ana");
    assertThat(authentication.authenticate(token).succeeded()).isTrue();
    for (int at = 0; at < token.length(); at++) {
      for (int bit : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 0x8000}) {
        StringBuilder other = new StringBuilder(token);
        other.setCharAt(at, (char) (token.charAt(at) ^ bit));
        assertThat(failure(authentication.authenticate(other.toString())))
            .as("%d %d", at, bit)
            .isInstanceOf(RefusedToken.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("issuers")
  void aKnownTokenEndsWhenItSays(Issuer issuer) {
    Authentication authentication = withPem(issuer);
    String token = issuer.token(claims());
    assertThat(identity(authentication, token).user()).isEqualTo("ana");
    clock.move(Duration.ofSeconds(59));
    assertThat(identity(authentication, token).user()).isEqualTo("ana");
    clock.move(Duration.ofSeconds(1));
    assertRefused(authentication, token, TokenRefusal.EXPIRED);
    assertRefused(authentication, token, TokenRefusal.EXPIRED);
    clock.move(Duration.ofMinutes(-2));
    assertRefused(authentication, token, TokenRefusal.NOT_YET);
  }

  /** A millisecond each would be much for an event loop. */
  @Test
  void anEventLoopDoesNotVerifyES256() {
    Authentication authentication = withPem(EC);
    Context caller = vertx.getOrCreateContext();
    CountDownLatch busy = new CountDownLatch(1);
    occupyWorkers(busy);
    Promise<Identity> verified = Promise.promise();
    Promise<Boolean> before = Promise.promise();
    caller.runOnContext(
        turn -> {
          authentication
              .authenticate(EC.token(claims()))
              .onComplete(
                  (good, fault) ->
                      verified.complete(Vertx.currentContext() == caller ? good : null, fault));
          caller.runOnContext(next -> before.complete(verified.future().isComplete()));
        });
    assertThat(await(before.future())).isFalse();
    busy.countDown();
    assertThat(await(verified.future()).user()).isEqualTo("ana");
  }

  private void occupyWorkers(CountDownLatch busy) {
    WorkerExecutor workers =
        vertx.createSharedWorkerExecutor(TokenVerifier.WORKERS, TokenVerifier.WORKER_COUNT);
    for (int i = 0; i < TokenVerifier.WORKER_COUNT; i++) {
      workers.executeBlocking(() -> busy.await(30, TimeUnit.SECONDS), false);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "..",
        "...",
        "a.b.c",
        "e30.e30.e30",
        "W10.W10.AAAA",
        "bnVsbA.e30.AAAA",
        "MQ.e30.AAAA",
        "IngiIA.e30.AAAA",
        "\u0000",
        "\ud800.\ud800.\ud800"
      })
  void whatIsNoTokenIsMalformed(String nonsense) {
    assertRefused(withSecret(), nonsense, TokenRefusal.MALFORMED);
  }

  @Test
  void whatIsNestedOrTooLongIsMalformed() {
    String deep = Issuer.encode("[".repeat(5_000).getBytes(UTF_8));
    assertRefused(withSecret(), deep + ".e30.AAAA", TokenRefusal.MALFORMED);
    assertRefused(withSecret(), "a".repeat(8_200) + ".b.c", TokenRefusal.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"HS256, 10000", "RS256, 10000", "ES256, 2000"})
  void aTokenThatWasTamperedWithIsNeverGood(String algorithm, int count) {
    Authentication authentication =
        switch (algorithm) {
          case "HS256" -> withSecret();
          case "RS256" -> withPem(RSA);
          default -> withPem(EC);
        };
    String token =
        switch (algorithm) {
          case "HS256" -> authentication.sign("ana", 60);
          case "RS256" -> RSA.token(claims());
          default -> EC.token(claims());
        };
    assertThat(identity(authentication, token).user()).isEqualTo("ana");
    Mutations mutations = new Mutations(token, new Random(20_261_126));
    for (int i = 0; i < count; i++) {
      String mutated = mutations.next();
      assertThat(failure(authentication.authenticate(mutated)))
          .as(mutated)
          .isInstanceOf(RefusedToken.class);
    }
    assertThat(refusals(authentication)).isEqualTo(count);
  }

  @Test
  void everyRefusalIsCountedByItsReason() {
    Authentication authentication = withPem(RSA);
    assertRefused(authentication, null, TokenRefusal.MISSING);
    assertRefused(authentication, "", TokenRefusal.MISSING);
    assertRefused(authentication, "nonsense", TokenRefusal.MALFORMED);
    assertRefused(authentication, STRANGER.token(claims()), TokenRefusal.SIGNATURE);
    assertRefused(authentication, token("exp", clock.seconds() - 1), TokenRefusal.EXPIRED);
    assertRefused(authentication, token("nbf", clock.seconds() + 60), TokenRefusal.NOT_YET);
    assertRefused(authentication, token("iss", "other"), TokenRefusal.ISSUER);
    assertRefused(authentication, token("aud", "other"), TokenRefusal.AUDIENCE);
    assertRefused(authentication, token("exp", clock.seconds() + 86_401), TokenRefusal.TOO_LONG);
    assertThat(authentication.refused(TokenRefusal.MISSING)).isEqualTo(2);
    assertThat(refusals(authentication)).isEqualTo(9);
  }

  @Test
  void aNewKeyIsFetchedWhenATokenNamesIt() {
    JwksServer server = server().publish(RSA);
    Authentication authentication = withUrl(server.url());
    assertThat(identity(authentication, RSA.token(claims())).user()).isEqualTo("ana");
    assertThat(server.fetches()).isEqualTo(1);

    server.publish(RSA, EC);
    assertRefused(authentication, EC.token(claims()), TokenRefusal.SIGNATURE);
    clock.move(Duration.ofSeconds(30));
    assertThat(identity(authentication, EC.token(claims())).user()).isEqualTo("ana");
    assertThat(identity(authentication, RSA.token(claims())).user()).isEqualTo("ana");
    assertThat(server.fetches()).isEqualTo(2);
  }

  @Test
  void aKeyThatTheIssuerWithdrewIsGoodForNothing() {
    JwksServer server = server().publish(RSA, EC);
    Authentication authentication = withUrl(server.url());
    String old = EC.token(claims());
    assertThat(identity(authentication, old).user()).isEqualTo("ana");

    server.publish(RSA);
    clock.move(Duration.ofSeconds(30));
    String unknown = Issuer.ec("unknown").token(claims());
    assertRefused(authentication, unknown, TokenRefusal.SIGNATURE);
    assertRefused(authentication, old, TokenRefusal.SIGNATURE);
  }

  @Test
  void tokensOfUnknownKeysDisturbTheIssuerOnceInHalfAMinute() {
    JwksServer server = server().publish(RSA);
    Authentication authentication = withUrl(server.url());
    clock.move(Duration.ofSeconds(30));
    List<Future<Identity>> flood = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      flood.add(authentication.authenticate(EC.token(EC.header().put("kid", "k" + i), claims())));
    }
    assertThat(failure(Future.join(flood))).isInstanceOf(RefusedToken.class);
    assertThat(flood).allMatch(Future::failed);
    assertThat(server.fetches()).isEqualTo(2);
  }

  @Test
  void whatNoKeyCouldVerifyIsNotAskedFor() {
    JwksServer server = server().publish(RSA);
    Authentication authentication = withUrl(server.url());
    clock.move(Duration.ofSeconds(30));
    JsonObject header = new JsonObject().put("kid", "unknown").put("alg", "HS256");
    String secret = Issuer.withSecret(header, claims(), SECRET.getBytes(UTF_8));
    assertRefused(authentication, secret, TokenRefusal.SIGNATURE);
    assertRefused(authentication, STRANGER.token(claims()), TokenRefusal.SIGNATURE);
    assertThat(server.fetches()).isEqualTo(1);
  }

  @Test
  void theKeysStayWhileTheIssuerIsAway() {
    JwksServer server = server().publish(RSA);
    Authentication authentication = withUrl(server.url());
    await(server.close());
    clock.move(Duration.ofSeconds(30));
    assertRefused(authentication, EC.token(claims()), TokenRefusal.SIGNATURE);
    assertThat(identity(authentication, RSA.token(claims())).user()).isEqualTo("ana");
  }

  @Test
  void tokensWaitForKeysThatAreOnTheirWay() {
    List<HttpServerRequest> waiting = new CopyOnWriteArrayList<>();
    JwksServer server = server().answer(waiting::add);
    Authentication authentication =
        Authentication.from(production(Map.of("ROLLCALL_JWT_JWKS_URL", server.url())), vertx);
    String token = RSA.token(Issuer.claims(System.currentTimeMillis() / 1_000));
    Future<Identity> early = authentication.authenticate(token);
    assertThat(early.isComplete()).isFalse();
    until(() -> !waiting.isEmpty());
    waiting.get(0).response().end(Issuer.jwks(RSA).toBuffer());
    assertThat(await(early).user()).isEqualTo("ana");
  }

  @Test
  void anIssuerThatSaysNothingGoodKeepsTheNodeFromStarting() {
    JwksServer server = server();
    String url = server.url();
    assertNoStart(
        server, request -> request.response().setStatusCode(404).end(), "answered with 404");
    assertNoStart(server, request -> request.response().end("<html>"), "no JWKS");
    assertNoStart(server, request -> request.response().end("{\"keys\":[]}"), "no key for RS256");
    assertNoStart(
        server,
        request ->
            request.response().setStatusCode(302).putHeader("Location", url + "/moved").end(),
        "answered with 302");
    assertNoStart(
        server, request -> request.response().end(" ".repeat(300_000)), "longer than 262144 bytes");
    assertThat(server.fetches()).isEqualTo(5);
    await(server.close());
    assertThatThrownBy(() -> withUrl(url))
        .isInstanceOf(ConfigurationException.class)
        // Which of them it is depends on how far the end of the server has come.
        .hasMessageMatching("ROLLCALL_JWT_JWKS_URL: Connection (refused|reset).*");
  }

  /** One byte after another, for ever. */
  @Test
  void anIssuerThatNeverFinishesIsGivenUp() {
    JwksServer server =
        server()
            .answer(
                request -> {
                  request.response().setChunked(true).write("{");
                  vertx.setPeriodic(20, timer -> request.response().write(" "));
                });
    JwksUrl slow = new JwksUrl(vertx, URI.create(server.url()), 300);
    assertThat(failure(slow.read())).isInstanceOf(TimeoutException.class);
  }

  @Test
  void anIssuerWhoseCertificateNobodyVouchesForIsNotHeard() {
    SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    JwksServer server =
        await(
            new JwksServer(
                    vertx,
                    new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(certificate.keyCertOptions()))
                .publish(RSA)
                .listen());
    URI url = URI.create("https://localhost:" + server.port() + "/jwks");
    assertThat(failure(new JwksUrl(vertx, url, 20_000).read()))
        .rootCause()
        .hasMessageContaining("unable to find valid certification path");
    assertThat(server.fetches()).isZero();
    certificate.delete();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://issuer.example/jwks",
        "http://127.0.0.1.evil.example/jwks",
        "http://10.0.0.1/jwks",
        "http://localhost.evil.example/",
        "https://user:password@issuer.example/",
        "ftp://localhost/",
        "file:///etc/keys",
        "issuer.example",
        "https://",
        "https:///jwks",
        "http://[::2]/",
        "::"
      })
  void theKeysComeFromNobodyBetween(String url) {
    assertThatThrownBy(() -> withUrl(url))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ROLLCALL_JWT_JWKS_URL must be https://");
  }

  @Test
  void aFileOfKeysIsReadAgain() throws IOException {
    Path file = Files.writeString(folder.resolve("jwks.json"), Issuer.jwks(RSA).encode());
    Authentication authentication =
        openProduction(Map.of("ROLLCALL_JWT_JWKS_FILE", file.toString()));
    assertThat(identity(authentication, RSA.token(claims())).user()).isEqualTo("ana");

    Files.writeString(file, "half a fi");
    clock.move(Duration.ofSeconds(30));
    assertRefused(authentication, EC.token(claims()), TokenRefusal.SIGNATURE);
    assertThat(identity(authentication, RSA.token(claims())).user()).isEqualTo("ana");

    Files.writeString(file, Issuer.jwks(EC).encode());
    clock.move(Duration.ofSeconds(30));
    assertThat(identity(authentication, EC.token(claims())).user()).isEqualTo("ana");
    assertRefused(authentication, RSA.token(claims()), TokenRefusal.SIGNATURE);
  }

  @Test
  void aFileThatIsNotThereKeepsTheNodeFromStarting() throws IOException {
    Path none = folder.resolve("none.json");
    assertThatThrownBy(() -> openProduction(Map.of("ROLLCALL_JWT_JWKS_FILE", none.toString())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("ROLLCALL_JWT_JWKS_FILE: can't read " + none);
    Path large = Files.writeString(folder.resolve("large.json"), " ".repeat(300_000));
    assertThatThrownBy(() -> openProduction(Map.of("ROLLCALL_JWT_JWKS_FILE", large.toString())))
        .hasMessageContaining("is longer than 262144 bytes");
  }

  @Test
  void productionNeedsOnePlaceOfKeysAndRefusesASecret() throws IOException {
    assertThatThrownBy(() -> openProduction(Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("exactly one must be set of ROLLCALL_JWT_PUBLIC_KEY_FILE");
    assertThatThrownBy(
            () ->
                openProduction(
                    Map.of("ROLLCALL_JWT_PUBLIC_KEY_FILE", "a", "ROLLCALL_JWT_JWKS_FILE", "b")))
        .hasMessageContaining("exactly one must be set");
    assertThatThrownBy(
            () ->
                openProduction(
                    Map.of(
                        "ROLLCALL_JWT_PUBLIC_KEY_FILE",
                        "a",
                        "ROLLCALL_JWT_SECRET",
                        "x".repeat(40))))
        .hasMessageContaining("for development only");
  }

  @Test
  void aFileWithoutAGoodKeyIsRefused() throws IOException {
    Issuer weak = new Issuer("weak", "RS256", Issuer.pair("RSA", 1_024));
    Issuer otherCurve = new Issuer("p384", "ES384", Issuer.pair("EC", 384));
    for (String content :
        List.of("nonsense", "", weak.publicPem(), otherCurve.publicPem(), RSA.privatePem())) {
      Path file = Files.writeString(folder.resolve("key.pem"), content);
      assertThatThrownBy(
              () -> openProduction(Map.of("ROLLCALL_JWT_PUBLIC_KEY_FILE", file.toString())))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              "ROLLCALL_JWT_PUBLIC_KEY_FILE: no RSA key of 2048 bits or P-256 key in " + file);
    }
  }

  @Test
  void developmentHasASecretAndNothingElse() {
    assertThatThrownBy(() -> open(Map.of("ROLLCALL_JWT_SECRET", "short")))
        .hasMessageContaining("at least 32 characters");
    assertThatThrownBy(() -> open(Map.of("ROLLCALL_JWT_JWKS_URL", "https://issuer.example")))
        .hasMessageContaining("ROLLCALL_JWT_JWKS_URL is for production only");
  }

  private JsonObject claims() {
    return Issuer.claims(clock.seconds());
  }

  private String token(String claim, Object value) {
    return RSA.token(claims().put(claim, value));
  }

  private Authentication withSecret() {
    return open(Map.of("ROLLCALL_JWT_SECRET", SECRET));
  }

  private Authentication withPem(Issuer issuer) {
    try {
      Path file = Files.writeString(folder.resolve("key.pem"), issuer.publicPem());
      return openProduction(Map.of("ROLLCALL_JWT_PUBLIC_KEY_FILE", file.toString()));
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private Authentication withFile(Issuer... issuers) throws IOException {
    Path file = Files.writeString(folder.resolve("jwks.json"), Issuer.jwks(issuers).encode());
    return openProduction(Map.of("ROLLCALL_JWT_JWKS_FILE", file.toString()));
  }

  private Authentication withUrl(String url) {
    return openProduction(Map.of("ROLLCALL_JWT_JWKS_URL", url));
  }

  private Authentication openProduction(Map<String, String> variables) {
    return await(Authentication.open(production(variables), vertx, clock));
  }

  private static Environment production(Map<String, String> variables) {
    Map<String, String> production = new HashMap<>(variables);
    production.put("ROLLCALL_MODE", "production");
    production.put("ROLLCALL_JWT_ISSUER", Issuer.NAME);
    production.put("ROLLCALL_JWT_AUDIENCE", Issuer.AUDIENCE);
    return new Environment(production);
  }

  private Authentication open(Map<String, String> variables) {
    return await(Authentication.open(new Environment(variables), vertx, clock));
  }

  private JwksServer server() {
    return await(new JwksServer(vertx, new HttpServerOptions()).listen());
  }

  private void assertNoStart(JwksServer server, Handler<HttpServerRequest> answer, String why) {
    server.answer(answer);
    assertThatThrownBy(() -> withUrl(server.url()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("ROLLCALL_JWT_JWKS_URL: " + why)
        .hasMessageNotContaining("\n");
  }

  private static Identity identity(Authentication authentication, String token) {
    return await(authentication.authenticate(token));
  }

  private static void assertRefused(
      Authentication authentication, String token, TokenRefusal reason) {
    long before = authentication.refused(reason);
    assertThat(failure(authentication.authenticate(token)))
        .isInstanceOfSatisfying(
            RefusedToken.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    assertThat(authentication.refused(reason)).isEqualTo(before + 1);
  }

  private static long refusals(Authentication authentication) {
    return Arrays.stream(TokenRefusal.values()).mapToLong(authentication::refused).sum();
  }

  private static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private static <T> T await(Future<T> future) {
    Throwable fault = failure(future);
    if (fault instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    assertThat(fault).isNull();
    return future.result();
  }

  /** Waits, and returns what the future failed with. */
  private static Throwable failure(Future<?> future) {
    try {
      future
          .transform(done -> Future.succeededFuture())
          .toCompletionStage()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
      return future.cause();
    } catch (Exception late) {
      throw new AssertionError(late);
    }
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
