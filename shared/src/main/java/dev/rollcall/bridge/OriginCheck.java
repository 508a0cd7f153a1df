package dev.rollcall.bridge;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.net.URI;
import java.util.Set;

/**
 * Refuses what a page of a foreign origin sends with a user's cookie. A client without an Origin is
 * no browser's page.
 */
final class OriginCheck implements SecurityPolicyHandler {
  private final Set<String> allowed;
  private final Runnable whenRefused;

  OriginCheck(Set<String> allowed, Runnable whenRefused) {
    this.allowed = Set.copyOf(allowed);
    this.whenRefused = whenRefused;
  }

  @Override
  public void handle(RoutingContext request) {
    String origin = request.request().getHeader(HttpHeaders.ORIGIN);
    if (origin == null || allowed.contains(origin) || isOwn(origin, request)) {
      request.next();
    } else {
      whenRefused.run();
      Problem.send(request, 403, "this origin is not allowed");
    }
  }

  private static boolean isOwn(String origin, RoutingContext request) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority != null && authority.equals(request.request().getHeader(HttpHeaders.HOST));
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }
}
