package dev.rollcall.bridge;

import dev.rollcall.node.Node;
import io.micrometer.core.instrument.Gauge;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The way in for browsers. Mounted on a service's router it serves the event-bus bridge protocol
 * under {@code /eventbus} (SockJS, and raw WebSocket at {@code /eventbus/websocket}), who is signed
 * in, and the pages of the service and of the client. Browsers may do nothing but what is named
 * here:
 *
 * <pre>{@code
 * Bridge.on(node)
 *     .topic("room:*", TopicPolicy.everyone().present((user, topic) -> new JsonObject()))
 *     .send("chat.messages.post")
 *     .mount(router);
 * }</pre>
 *
 * <p>Built and mounted within {@code start()} of the verticle that serves.
 */
public final class Bridge {
  /** A client pings every 5 s; one that is silent for longer is gone without having said so. */
  private static final long IDLE_MILLIS = 20_000;

  /** Several frames may come in one request of a fallback transport. */
  private static final long MAX_BODY_BYTES = 4L * BridgeSession.MAX_FRAME_BYTES;

  private static final long CHECK_MILLIS = 2_000;

  private final Node node;
  private final Policies policies = new Policies();
  private final Set<BridgeSession> sessions = ConcurrentHashMap.newKeySet();
  private final SessionOwners owners = new SessionOwners();
  private BridgeContext context;

  private Bridge(Node node) {
    this.node = node;
  }

  public static Bridge on(Node node) {
    return new Bridge(node);
  }

  /**
   * Lets browsers register on topics.
   *
   * @param pattern a topic, or what topics begin with followed by {@code *}
   */
  public Bridge topic(String pattern, TopicPolicy policy) {
    policies.addTopic(pattern, policy);
    return this;
  }

  /** Lets browsers send to an address of the bus; the header {@code user} says who sent. */
  public Bridge send(String address) {
    policies.addSend(address);
    return this;
  }

  /**
   * Puts the bridge's routes on the router.
   *
   * @throws dev.rollcall.node.ConfigurationException when the environment's keys are not usable
   */
  public void mount(Router router) {
    Authentication authentication = Authentication.from(node.environment(), node.vertx());
    OriginCheck origins = new OriginCheck(allowedOrigins());
    context = new BridgeContext(node, policies);
    Gauge.builder("rollcall.bridge.connections", sessions, Set::size).register(node.metrics());
    node.vertx().setPeriodic(CHECK_MILLIS, timer -> checkSessions());

    new Accounts(authentication, node.environment().production()).mount(router, origins);
    router.route("/eventbus/*").handler(origins).handler(authentication.required());
    router.route("/eventbus/:server/:session/*").handler(owners);
    router.post("/eventbus/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    router.route("/eventbus/*").subRouter(sockJs().socketHandler(this::open));
    router.get().handler(Bridge::revalidate).handler(StaticHandler.create("webroot"));
  }

  /** Nothing comes from elsewhere: the transports that load a script into a frame are off. */
  private SockJSHandler sockJs() {
    SockJSHandlerOptions options =
        new SockJSHandlerOptions()
            .setLibraryURL("/rollcall/sockjs.js")
            .addDisabledTransport("HTML_FILE")
            .addDisabledTransport("JSON_P");
    return SockJSHandler.create(node.vertx(), options);
  }

  private void open(SockJSSocket socket) {
    Identity identity = Authentication.identity(socket.routingContext());
    BridgeSession session = new BridgeSession(socket, identity, context, nowMillis());
    sessions.add(session);
    owners.opened(socket.routingContext(), identity);
    socket.handler(frame -> session.receive(frame, nowMillis()));
    socket.closeHandler(closed -> close(session, socket));
    socket.exceptionHandler(fault -> close(session, socket));
  }

  private void close(BridgeSession session, SockJSSocket socket) {
    sessions.remove(session);
    owners.closed(socket.routingContext());
    session.end();
  }

  private void checkSessions() {
    long nowSeconds = System.currentTimeMillis() / 1_000;
    sessions.forEach(session -> session.check(nowMillis(), IDLE_MILLIS, nowSeconds));
  }

  private Set<String> allowedOrigins() {
    return Arrays.stream(node.environment().text("ROLLCALL_ALLOWED_ORIGINS", "").split(",", -1))
        .map(String::trim)
        .filter(origin -> !origin.isEmpty())
        .collect(Collectors.toSet());
  }

  /** File names carry no version, so a browser asks each time whether they are new. */
  private static void revalidate(RoutingContext request) {
    request.response().putHeader("Cache-Control", "no-cache");
    request.next();
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}
