package dev.rollcall.bridge;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** The place of one connection: who has it, and from where. It is free again when that ends. */
final class Entrance {
  private final BridgeContext bridge;
  private final Identity identity;
  private final String address;

  private Entrance(BridgeContext bridge, Identity identity, String address) {
    this.bridge = bridge;
    this.identity = identity;
    this.address = address;
  }

  /** Returns a place for one who has come in by this request, if one is left for them. */
  static Optional<Entrance> of(RoutingContext routing, BridgeContext bridge) {
    Identity identity = Authentication.identity(routing);
    String address = address(routing.request(), bridge.limits().proxies());
    if (bridge.admission().enter(identity.user(), address)) {
      return Optional.of(new Entrance(bridge, identity, address));
    }
    bridge.metrics().rejected(BridgeMetrics.TOO_MANY_CONNECTIONS);
    return Optional.empty();
  }

  Connection open(BridgeLoop loop, Outlet outlet) {
    return new Connection(loop, outlet, identity, this::leave);
  }

  void leave() {
    bridge.admission().leave(identity.user(), address);
  }

  /**
   * Each proxy adds the address from which it was called, in the same line or in one of its own;
   * what stands before is anybody's word.
   */
  private static String address(HttpServerRequest request, int proxies) {
    List<String> forwarded = request.headers().getAll("X-Forwarded-For");
    if (proxies > 0 && !forwarded.isEmpty()) {
      String[] addresses = String.join(",", forwarded).split(",", -1);
      return addresses[Math.max(0, addresses.length - proxies)].trim();
    }
    return request.remoteAddress().hostAddress();
  }
}
