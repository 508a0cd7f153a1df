package dev.rollcall.system;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;

/** Tokens that the services of a system take, for whomever. */
record UserTokens(JWTAuth key) {
  private static final int SECONDS = 3_600;

  static UserTokens of(Vertx vertx, Deployment system) {
    String secret = system.environment().get("ROLLCALL_JWT_SECRET");
    PubSecKeyOptions key = new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret);
    return new UserTokens(JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(key)));
  }

  String of(String user) {
    return key.generateToken(
        new JsonObject().put("sub", user), new JWTOptions().setExpiresInSeconds(SECONDS));
  }
}
