package dev.rollcall.bridge;

import dev.rollcall.node.Node;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
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
 * <p>Built and mounted within {@code start()} of the verticle that serves, once a node.
 */
public final class Bridge {
  /** Several frames may come in one request of a fallback transport. */
  private static final long MAX_BODY_BYTES = 4L * Limits.MAX_FRAME_BYTES;

  private static final int DEFAULT_LINGER_MILLIS = 3_000;
  private static final int MAX_LINGER_MILLIS = 60_000;

  private final Node node;
  private final Policies policies = new Policies();
  private final SessionOwners owners = new SessionOwners();
  private int lingerMillis = DEFAULT_LINGER_MILLIS;
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
   * @param pattern a topic, or what topics begin with followed by {@code *}; of several patterns
   *     that a topic has, the first that was named counts
   * @throws IllegalArgumentException for what is no pattern, one that has a policy already, or one
   *     of topics that begin with {@code rollcall:}
   */
  public Bridge topic(String pattern, TopicPolicy policy) {
    checkNotMounted();
    policies.addTopic(pattern, policy);
    return this;
  }

  /**
   * Lets browsers send to an address of the bus; the header {@code user} says who sent, and {@code
   * session} from which connection, see {@link PubSub#broadcastFrom(String, String, String,
   * JsonObject)}. No browser can write either.
   */
  public Bridge send(String address) {
    return send(address, user -> true);
  }

  /** As {@link #send(String)}, but only those users for whom the predicate is true. */
  public Bridge send(String address, Predicate<BridgeUser> users) {
    checkNotMounted();
    policies.addSend(address, users);
    return this;
  }

  /**
   * Lets browsers publish to all who listen at an address of the bus. Those are services: what is
   * said to a topic is said by a service.
   */
  public Bridge publish(String address) {
    return publish(address, user -> true);
  }

  /** As {@link #publish(String)}, but only those users for whom the predicate is true. */
  public Bridge publish(String address, Predicate<BridgeUser> users) {
    checkNotMounted();
    policies.addPublish(address, users);
    return this;
  }

  /**
   * Says how long one whose connection broke stays present, so that a reconnect is no flicker; 3 s
   * unless it is said. One who closes leaves at once.
   *
   * @param millis 0 to 60,000
   */
  public Bridge linger(int millis) {
    if (millis < 0 || millis > MAX_LINGER_MILLIS) {
      throw new IllegalArgumentException("a client lingers 0 to 60,000 ms, not " + millis);
    }
    checkNotMounted();
    lingerMillis = millis;
    return this;
  }

  /**
   * Puts the bridge's routes on the router. The node listens once the keys of the issuer are read.
   *
   * @throws dev.rollcall.node.ConfigurationException when the environment's keys are not usable
   * @throws IllegalStateException when it is mounted already
   */
  public void mount(Router router) {
    checkNotMounted();
    Authentication authentication = Authentication.from(node.environment(), node.vertx());
    OriginCheck origins =
        new OriginCheck(
            allowedOrigins(), () -> context.metrics().rejected(BridgeMetrics.FOREIGN_ORIGIN));
    Limits limits = Limits.from(node.environment());
    context = new BridgeContext(node, policies, limits, authentication, lingerMillis);
    node.beforeListening(authentication.started());
    node.beforeLeaving(context::drain);

    new Accounts(authentication, node.environment().production())
        .mount(router, origins, context::refuseRevoked);
    router.get("/eventbus/info").handler(context::refuseWhileDraining);
    router.get("/eventbus/websocket").handler(context::refuseWhileDraining);
    router.route("/eventbus/*").handler(origins).handler(authentication.required());
    router.route("/eventbus/*").handler(context::refuseRevoked);
    router.getWithRegex("/eventbus/iframe[^/]*\\.html").handler(Bridge::notFound);
    router.get("/eventbus/websocket").handler(new WebSocketUpgrade(context, Framing.RAW));
    router
        .get("/eventbus/:server/:session/websocket")
        .handler(new WebSocketUpgrade(context, Framing.SOCKJS));
    router.route("/eventbus/:server/:session/*").handler(owners);
    for (String transport : List.of("xhr", "xhr_streaming", "eventsource")) {
      router.route("/eventbus/:server/:session/" + transport).handler(Bridge::closesAfterwards);
    }
    router.post("/eventbus/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    router.post("/eventbus/:server/:session/xhr_send").handler(new SockJsBodyCheck());
    router.route("/eventbus/*").subRouter(sockJs().socketHandler(this::open));
    router.get().handler(Bridge::revalidate).handler(StaticHandler.create("webroot"));
  }

  private void checkNotMounted() {
    if (context != null) {
      throw new IllegalStateException("a bridge is mounted once, when all has been named");
    }
  }

  /** The page for browsers without CORS, of which there are none any more. */
  private static void notFound(RoutingContext request) {
    Problem.send(request, 404, "there is no such page");
  }

  /** vertx-web ends the connection with each answer on which messages went out. */
  private static void closesAfterwards(RoutingContext request) {
    request.response().putHeader("Connection", "close");
    request.next();
  }

  /** Nothing comes from elsewhere: the transports that load a script into a frame are off. */
  private SockJSHandler sockJs() {
    SockJSHandlerOptions options =
        new SockJSHandlerOptions()
            .setHeartbeatInterval(Limits.PING_MILLIS)
            .addDisabledTransport("HTML_FILE")
            .addDisabledTransport("JSON_P");
    return SockJSHandler.create(node.vertx(), options);
  }

  /** A client on a transport of SockJS that is no WebSocket. */
  private void open(SockJSSocket socket) {
    if (context.isDraining()) {
      close(socket, CloseCode.DRAINING);
      return;
    }
    Entrance.of(socket.routingContext(), context)
        .ifPresentOrElse(
            entrance -> open(socket, entrance),
            () -> close(socket, CloseCode.TOO_MANY_CONNECTIONS));
  }

  private static void close(SockJSSocket socket, CloseCode code) {
    socket.close(code.status(), code.reason());
  }

  private void open(SockJSSocket socket, Entrance entrance) {
    BridgeLoop loop = context.loop();
    SockJsOutlet outlet = new SockJsOutlet(socket, loop);
    Connection connection = entrance.open(loop, outlet);
    outlet.whenDrained(connection::drained);
    context.metrics().openedFallback();
    owners.opened(socket.routingContext(), connection.session());
    socket.handler(frame -> connection.session().receive(frame, nowMillis()));
    socket.closeHandler(closed -> close(connection, socket));
    socket.exceptionHandler(fault -> close(connection, socket));
    connection.checkRevoked();
  }

  /** What polls has no way to say that it goes. */
  private void close(Connection connection, SockJSSocket socket) {
    owners.closed(socket.routingContext(), connection.session());
    connection.session().end(Departure.CUT);
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

  static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}
