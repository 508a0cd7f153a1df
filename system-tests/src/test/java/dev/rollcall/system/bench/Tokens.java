package dev.rollcall.system.bench;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.List;
import java.util.stream.IntStream;

/** A token for each of many users, signed before anything is measured. */
final class Tokens {
  private static final int SECONDS = 24 * 60 * 60;

  private final List<String> tokens;

  private Tokens(List<String> tokens) {
    this.tokens = tokens;
  }

  static Tokens of(int users) {
    Vertx vertx = Vertx.vertx();
    PubSecKeyOptions key =
        new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(ServerSettings.SECRET);
    JWTAuth auth = JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(key));
    JWTOptions options = new JWTOptions().setExpiresInSeconds(SECONDS);
    List<String> tokens =
        IntStream.range(0, users)
            .mapToObj(user -> auth.generateToken(new JsonObject().put("sub", "u" + user), options))
            .toList();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    return new Tokens(tokens);
  }

  /** Returns the token of a user; there may be more connections than users. */
  String forUser(long user) {
    return tokens.get((int) (user % tokens.size()));
  }
}
