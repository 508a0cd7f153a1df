package dev.rollcall.bridge;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SockJS' fallback transports are many requests that name one session, in a path that the client
 * made up. Only the user who opened a session may go on with it.
 */
final class SessionOwners implements Handler<RoutingContext> {
  private final ConcurrentHashMap<String, String> userBySession = new ConcurrentHashMap<>();

  void opened(RoutingContext request, Identity identity) {
    String session = session(request);
    if (session != null) {
      userBySession.put(session, identity.user());
    }
  }

  void closed(RoutingContext request) {
    String session = session(request);
    if (session != null) {
      userBySession.remove(session);
    }
  }

  @Override
  public void handle(RoutingContext request) {
    String owner = userBySession.get(session(request));
    if (owner == null || owner.equals(Authentication.identity(request).user())) {
      request.next();
    } else {
      Problem.send(request, 403, "this session is another user's");
    }
  }

  private static String session(RoutingContext request) {
    return request.pathParam("session");
  }
}
