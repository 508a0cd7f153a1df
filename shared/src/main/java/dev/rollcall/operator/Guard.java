package dev.rollcall.operator;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may look, and who may do something.
 *
 * <p>The management port is not reached from outside, and who reaches it may look. But a browser is
 * inside, where its user has forwarded the port to look at the page, and so is every other page
 * that it has open. One that makes its own name point here (DNS rebinding) is told by the name in
 * its request: only addresses, {@code localhost} and the name that the port was given are answered.
 * One that merely sends is told by its origin, and can send neither JSON nor a token without asking
 * first, which nobody answers.
 *
 * <p>To do something takes the token. Without one, nothing can be done in production; in
 * development, whoever is on this machine may.
 */
public final class Guard {
  private static final Logger log = LoggerFactory.getLogger(Operator.class);

  private static final String BEARER = "Bearer ";

  /** Whoever asks again and again must not fill the log. */
  private static final long LOGGED_EVERY_NANOS = 1_000_000_000L;

  private final Optional<OperatorToken> token;
  private final boolean production;
  private final String ownName;
  private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOGGED_EVERY_NANOS);

  /**
   * @param ownName the name or address at which the port was opened
   */
  public Guard(Optional<OperatorToken> token, boolean production, String ownName) {
    this.token = token;
    this.production = production;
    this.ownName = ownName;
  }

  /** Returns what it takes to do something: {@code token}, or nothing ({@code open}), or more. */
  String actions() {
    if (token.isPresent()) {
      return "token";
    }
    return production ? "off" : "open";
  }

  /** Lets those look who have asked this host. */
  void look(RoutingContext request) {
    HostAndPort authority = request.request().authority();
    if (authority != null && isOwn(authority.host())) {
      request.next();
    } else {
      refuse(request, Refusal.FOREIGN_HOST, "ask for an address, localhost or " + ownName);
    }
  }

  private boolean isOwn(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return bare.equalsIgnoreCase("localhost")
        || bare.equalsIgnoreCase(ownName)
        || NetUtil.isValidIpV4Address(bare)
        || NetUtil.isValidIpV6Address(bare);
  }

  /** Lets those do something who may. */
  void act(RoutingContext request) {
    if (token.isPresent() ? !isKnown(request) : production || !isHere(request.request())) {
      refuseToAct(request);
    } else if (!isSameOrigin(request.request())) {
      refuse(request, Refusal.FOREIGN_ORIGIN, "another site's page can't do this");
    } else if (!isJson(request.request())) {
      refuse(request, Refusal.NOT_JSON, "the body is to be application/json");
    } else {
      request.next();
    }
  }

  private void refuseToAct(RoutingContext request) {
    if (token.isPresent()) {
      request.response().putHeader("WWW-Authenticate", "Bearer");
      refuse(request, Refusal.NOT_AUTHORISED, "this takes the operator's token as a bearer token");
    } else {
      refuse(
          request,
          Refusal.ACTIONS_OFF,
          production
              ? "nothing can be done here: ROLLCALL_OPERATOR_TOKEN is not set on this node"
              : "without ROLLCALL_OPERATOR_TOKEN this can be done from the node's own host only");
    }
  }

  private boolean isKnown(RoutingContext request) {
    String said = request.request().getHeader("Authorization");
    return said != null
        && said.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && token.orElseThrow().is(said.substring(BEARER.length()));
  }

  private static boolean isHere(HttpServerRequest request) {
    try {
      return InetAddress.getByName(request.remoteAddress().hostAddress()).isLoopbackAddress();
    } catch (UnknownHostException notAnAddress) {
      return false;
    }
  }

  /** Programs send no origin. */
  private static boolean isSameOrigin(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    HostAndPort host = request.authority();
    return origin == null || origin.equals("http://" + host) || origin.equals("https://" + host);
  }

  private static boolean isJson(HttpServerRequest request) {
    String type = request.getHeader("Content-Type");
    return type != null
        && type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT).equals("application/json");
  }

  private void refuse(RoutingContext request, Refusal why, String detail) {
    long before = loggedNanos.get();
    long now = System.nanoTime();
    if (now - before >= LOGGED_EVERY_NANOS && loggedNanos.compareAndSet(before, now)) {
      log.warn(
          "refuses {} {} to {}: {}",
          request.request().method(),
          request.normalizedPath(),
          request.request().remoteAddress().hostAddress(),
          why.code());
    }
    why.send(request, detail);
  }
}
