package dev.rollcall.system.lab;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;

/** Who signs the users' tokens, as in production: the services have the public key alone. */
final class Issuer {
  private static final String NAME = "https://issuer.lab";
  private static final String AUDIENCE = "rollcall";
  private static final int BITS = 2_048;
  private static final int SECONDS = 8 * 3_600;

  private final Path publicKey;
  private final JWTAuth key;

  Issuer(Vertx vertx, Path folder) throws GeneralSecurityException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(BITS);
    KeyPair pair = generator.generateKeyPair();
    publicKey = folder.resolve("public.pem");
    Files.writeString(publicKey, pem("PUBLIC KEY", pair.getPublic()));
    PubSecKeyOptions options =
        new PubSecKeyOptions()
            .setAlgorithm("RS256")
            .setBuffer(pem("PRIVATE KEY", pair.getPrivate()));
    key = JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(options));
  }

  /** What a service is told of it. */
  Map<String, String> environment() {
    return Map.of(
        "ROLLCALL_JWT_PUBLIC_KEY_FILE",
        publicKey.toString(),
        "ROLLCALL_JWT_ISSUER",
        NAME,
        "ROLLCALL_JWT_AUDIENCE",
        AUDIENCE);
  }

  String token(String user) {
    JWTOptions options =
        new JWTOptions()
            .setAlgorithm("RS256")
            .setIssuer(NAME)
            .addAudience(AUDIENCE)
            .setExpiresInSeconds(SECONDS);
    return key.generateToken(new JsonObject().put("sub", user), options);
  }

  private static String pem(String what, Key key) {
    String text = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what);
  }
}
