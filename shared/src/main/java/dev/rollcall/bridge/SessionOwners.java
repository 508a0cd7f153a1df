package dev.rollcall.bridge;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SockJS' fallback transports are many requests that name one session, in a path that the client
 * made up. Only the user who opened a session may go on with it; and each request is a sign of
 * life.
 */
final class SessionOwners implements Handler<RoutingContext> {
  private final ConcurrentHashMap<String, BridgeSession> sessions = new ConcurrentHashMap<>();

  void opened(RoutingContext request, BridgeSession session) {
    name(request).ifPresent(name -> sessions.put(name, session));
  }

  /** Another may have the name by now. */
  void closed(RoutingContext request, BridgeSession session) {
    name(request).ifPresent(name -> sessions.remove(name, session));
  }

  @Override
  public void handle(RoutingContext request) {
    BridgeSession open = name(request).map(sessions::get).orElse(null);
    if (open == null) {
      request.next();
    } else if (open.identity().user().equals(Authentication.identity(request).user())) {
      open.heard(Bridge.nowMillis());
      request.next();
    } else {
      Problem.send(request, 403, "this session is another user's");
    }
  }

  private static Optional<String> name(RoutingContext request) {
    return Optional.ofNullable(request.pathParam("session"));
  }
}
