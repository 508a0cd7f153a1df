package dev.rollcall.bridge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a WebSocket of a request: RFC 6455, without extensions, so that nothing is ever inflated.
 *
 * <p>After the answer the channel belongs to the {@link WebSocketOutlet}. What served HTTP on it is
 * told that the connection is over and let go, with all it remembers of the request: a connection
 * that only waits holds a few kilobytes.
 */
final class WebSocketUpgrade implements Handler<RoutingContext> {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private static final String VERSION = "13";
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_LENGTH = 24;
  private static final String RETRY_SECONDS = "10";

  private static final WebSocketDecoderConfig DECODER =
      WebSocketDecoderConfig.newBuilder()
          .maxFramePayloadLength(Limits.MAX_READ_BYTES)
          .allowExtensions(false)
          .expectMaskedFrames(true)
          .closeOnProtocolViolation(false)
          .withUTF8Validator(false)
          .build();

  private final BridgeContext bridge;
  private final Framing framing;

  WebSocketUpgrade(BridgeContext bridge, Framing framing) {
    this.bridge = bridge;
    this.framing = framing;
  }

  @Override
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    String key = request.getHeader("Sec-WebSocket-Key");
    if (request.version() != HttpVersion.HTTP_1_1 || !isUpgrade(request)) {
      Problem.send(routing, 400, "this is for WebSockets");
    } else if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
      routing.response().putHeader("Sec-WebSocket-Version", VERSION);
      Problem.send(routing, 426, "the version of WebSocket is " + VERSION);
    } else if (key == null || key.length() != KEY_LENGTH) {
      Problem.send(routing, 400, "Sec-WebSocket-Key is missing or malformed");
    } else {
      upgrade(routing, key);
    }
  }

  private static boolean isUpgrade(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.UPGRADE, "websocket", true)
        && request.headers().contains(HttpHeaders.CONNECTION)
        && hasToken(request.getHeader(HttpHeaders.CONNECTION), "upgrade");
  }

  private static boolean hasToken(String header, String token) {
    for (String each : header.split(",", -1)) {
      if (each.trim().equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  private void upgrade(RoutingContext routing, String key) {
    if (bridge.isDraining()) {
      bridge.refuseWhileDraining(routing);
      return;
    }
    Optional<Entrance> entrance = Entrance.of(routing, bridge);
    if (entrance.isEmpty()) {
      routing.response().putHeader("Retry-After", RETRY_SECONDS);
      Problem.send(routing, 429, "there are too many connections of this user or address");
      return;
    }
    routing
        .response()
        .putHeader(HttpHeaders.UPGRADE, "websocket")
        .putHeader(HttpHeaders.CONNECTION, "Upgrade")
        .putHeader("Sec-WebSocket-Accept", accept(key));
    Authentication.subprotocol(routing.request())
        .ifPresent(spoken -> routing.response().putHeader("Sec-WebSocket-Protocol", spoken));
    BridgeLoop loop = bridge.loop();
    socket(routing.request())
        .onFailure(fault -> entrance.get().leave())
        .onSuccess(socket -> takeOver((NetSocketInternal) socket, loop, entrance.get()));
  }

  /** Who has gone while its token was checked has no socket to be had. */
  private static Future<NetSocket> socket(HttpServerRequest request) {
    try {
      return request.toNetSocket();
    } catch (RuntimeException gone) {
      return Future.failedFuture(gone);
    }
  }

  private void takeOver(NetSocketInternal socket, BridgeLoop loop, Entrance entrance) {
    ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
    ChannelHandlerContext http = pipeline.context("handler");
    WebSocketOutlet bridgeEnd =
        new WebSocketOutlet(loop, framing, outlet -> entrance.open(loop, outlet));
    pipeline.addBefore("handler", "frames", new WebSocket13FrameDecoder(DECODER));
    pipeline.addBefore("handler", "parts", new PartCounter(bridgeEnd));
    pipeline.addBefore("handler", "whole", new WebSocketFrameAggregator(Limits.MAX_READ_BYTES));
    endHttp(http);
    bridge.metrics().opened(framing);
    pipeline.replace("handler", "bridge", bridgeEnd);
  }

  /** So that what counts requests and connections counts these no longer. */
  private static void endHttp(ChannelHandlerContext http) {
    try {
      ((ChannelInboundHandler) http.handler()).channelInactive(http);
    } catch (Exception fault) {
      log.warn("what served HTTP did not let go", fault);
    }
  }

  private static String accept(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every JVM has SHA-1", absent);
    }
  }
}
