package dev.rollcall.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.rollcall.node.Environment;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Where the environment says that keys are. */
final class KeySources {
  private static final String PEM = "ROLLCALL_JWT_PUBLIC_KEY_FILE";
  private static final String FILE = "ROLLCALL_JWT_JWKS_FILE";
  private static final String URL = "ROLLCALL_JWT_JWKS_URL";
  static final String SECRET = "ROLLCALL_JWT_SECRET";
  private static final List<String> OF_THE_ISSUER = List.of(PEM, FILE, URL);

  /** Known to all, so good for nothing but a machine of one's own; production refuses a secret. */
  private static final String DEVELOPMENT_SECRET = "rollcall-development-secret-known-to-all";

  private static final int MIN_SECRET_LENGTH = 32;

  /** A file mounted by Kubernetes is replaced by a link elsewhere, which no watch tells of. */
  private static final long FILE_MILLIS = 5_000;

  private static final long URL_MILLIS = 10 * 60 * 1_000;

  private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

  private final Environment environment;
  private final Vertx vertx;
  private final InstantSource clock;

  KeySources(Environment environment, Vertx vertx, InstantSource clock) {
    this.environment = environment;
    this.vertx = vertx;
    this.clock = clock;
  }

  /** The secret of development, which signs too. */
  OctetSequenceKey secret() {
    String secret = environment.text(SECRET, DEVELOPMENT_SECRET);
    if (secret.length() < MIN_SECRET_LENGTH) {
      environment.problem(SECRET + " must have at least " + MIN_SECRET_LENGTH + " characters");
    }
    set().forEach(name -> environment.problem(name + " is for production only"));
    environment.check();
    return new OctetSequenceKey.Builder(secret.getBytes(UTF_8)).build();
  }

  /** The issuer's keys, in production. */
  IssuerKeys issuer() {
    if (environment.optional(SECRET).isPresent()) {
      environment.problem(SECRET + " is for development only");
    }
    if (set().size() != 1) {
      environment.problem("exactly one must be set of " + String.join(", ", OF_THE_ISSUER));
    }
    environment.check();
    String name = set().get(0);
    String place = environment.text(name, "");
    return switch (name) {
      case PEM -> IssuerKeys.fixed(name, pem(Path.of(place)));
      case FILE -> repeated(name, file(Path.of(place)), FILE_MILLIS);
      default -> repeated(name, url(place), URL_MILLIS);
    };
  }

  private List<String> set() {
    return OF_THE_ISSUER.stream().filter(name -> environment.optional(name).isPresent()).toList();
  }

  private IssuerKeys repeated(String name, IssuerKeys.Source source, long everyMillis) {
    IssuerKeys keys = new IssuerKeys(name, source, clock);
    vertx.setPeriodic(everyMillis, timer -> keys.read());
    return keys;
  }

  private JWK pem(Path file) {
    try {
      JWK key = publicKey(Files.readString(file, US_ASCII));
      if (TokenKeys.isUsable(key)) {
        return key;
      }
    } catch (IOException | IllegalArgumentException | GeneralSecurityException unreadable) {
      // As one that holds another kind.
    }
    environment.problem(PEM + ": no RSA key of 2048 bits or P-256 key in " + file);
    environment.check();
    throw new AssertionError("a problem fails the check");
  }

  /** By Java's own means: the library reads a PEM through Bouncy Castle only. */
  private static JWK publicKey(String pem) throws GeneralSecurityException {
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    X509EncodedKeySpec encoded = new X509EncodedKeySpec(der);
    try {
      PublicKey key = KeyFactory.getInstance("RSA").generatePublic(encoded);
      return new RSAKey.Builder((RSAPublicKey) key).build();
    } catch (InvalidKeySpecException otherKind) {
      ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(encoded);
      return new ECKey.Builder(Curve.forECParameterSpec(key.getParams()), key).build();
    }
  }

  private IssuerKeys.Source file(Path file) {
    return () -> vertx.executeBlocking(() -> jwks(file));
  }

  private static JWKSet jwks(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("can't read " + file);
    }
    if (Files.size(file) > TokenKeys.MAX_BYTES) {
      throw new IOException(file + " is longer than " + TokenKeys.MAX_BYTES + " bytes");
    }
    return TokenKeys.parse(Buffer.buffer(Files.readAllBytes(file)));
  }

  private IssuerKeys.Source url(String text) {
    if (!isAllowed(text)) {
      environment.problem(URL + " must be https://…, or http://… of this machine alone");
    }
    environment.check();
    return new JwksUrl(vertx, URI.create(text), JwksUrl.TIMEOUT_MILLIS);
  }

  /** Who can answer in the issuer's place can sign for anybody. */
  private static boolean isAllowed(String text) {
    try {
      URI url = URI.create(text);
      if (url.getHost() == null || url.getRawUserInfo() != null) {
        return false;
      }
      return "https".equals(url.getScheme())
          || ("http".equals(url.getScheme()) && LOOPBACK.matcher(url.getHost()).matches());
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }
}
