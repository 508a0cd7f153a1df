package dev.rollcall.bridge;

import io.vertx.core.Handler;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who am I, and in development: let me be whom I say. */
final class Accounts {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N} ._-]{1,32}");
  private static final int SECONDS = 12 * 60 * 60;
  private static final int MAX_BODY_BYTES = 1024;

  private final Authentication authentication;
  private final boolean production;

  Accounts(Authentication authentication, boolean production) {
    this.authentication = authentication;
    this.production = production;
  }

  void mount(Router router, OriginCheck origins, Handler<RoutingContext> notRevoked) {
    if (!production) {
      router
          .post("/login")
          .handler(origins)
          .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
          .handler(this::login);
    }
    router.post("/logout").handler(origins).handler(Accounts::logout);
    router.get("/me").handler(authentication.required()).handler(notRevoked).handler(Accounts::me);
  }

  private void login(RoutingContext request) {
    Optional<String> name = name(request);
    if (name.isEmpty()) {
      Problem.send(request, 400, "name must have 1 to 32 letters, digits, spaces or one of . _ -");
      return;
    }
    String token = authentication.sign(name.get(), SECONDS);
    request.response().addCookie(cookie(token).setMaxAge(SECONDS));
    JsonObject account = new JsonObject().put("user", name.get());
    request.json(account.put("expires_at", System.currentTimeMillis() / 1_000 + SECONDS));
  }

  private static Optional<String> name(RoutingContext request) {
    try {
      JsonObject body = request.body().asJsonObject();
      return Optional.ofNullable(body)
          .map(json -> json.getValue("name"))
          .filter(String.class::isInstance)
          .map(value -> ((String) value).trim())
          .filter(value -> NAME.matcher(value).matches());
    } catch (DecodeException | ClassCastException malformed) {
      return Optional.empty();
    }
  }

  private static void logout(RoutingContext request) {
    request.response().addCookie(cookie("").setMaxAge(0));
    request.response().setStatusCode(204).end();
  }

  private static void me(RoutingContext request) {
    request.response().putHeader("Cache-Control", "no-store");
    request.json(new JsonObject().put("user", Authentication.identity(request).user()));
  }

  private static Cookie cookie(String value) {
    return Cookie.cookie(Authentication.COOKIE, value)
        .setHttpOnly(true)
        .setPath("/")
        .setSameSite(CookieSameSite.STRICT);
  }
}
