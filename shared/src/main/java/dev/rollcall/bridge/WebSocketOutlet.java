package dev.rollcall.bridge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.DecodeException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket, as the last handler of its channel. Between it and the network there is nothing but
 * Netty's decoder: what goes out is laid out already, the same bytes for every client.
 *
 * <p>No write is waited for: one that fails is heard of as the end of the channel.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class WebSocketOutlet extends ChannelInboundHandlerAdapter implements Outlet {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private static final WriteBufferWaterMark MARKS =
      new WriteBufferWaterMark(Limits.CAUGHT_UP_BYTES, Limits.BEHIND_BYTES);

  /** How long a client may take to answer a close. */
  private static final long CLOSE_SECONDS = 2;

  private final BridgeLoop loop;
  private final Framing framing;
  private final Function<Outlet, Connection> opener;
  private ChannelHandlerContext channel;
  private Connection connection;
  private boolean clientCloses;
  private boolean closing;

  /** There are pongs that are not flushed. */
  private boolean pongs;

  /**
   * Returns a handler to be added to a channel of the loop.
   *
   * @param opener is called when it has been added
   */
  WebSocketOutlet(BridgeLoop loop, Framing framing, Function<Outlet, Connection> opener) {
    this.loop = loop;
    this.framing = framing;
    this.opener = opener;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context;
    context.channel().config().setWriteBufferWaterMark(MARKS);
    connection = opener.apply(this);
    if (framing == Framing.SOCKJS) {
      send(WireFrames.text("o", allocator()));
    }
    connection.checkRevoked();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof CloseWebSocketFrame) {
        loop.run(this::clientCloses);
      } else if (message instanceof WebSocketFrame frame && isHeard()) {
        loop.run(() -> receive(frame));
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void clientCloses() {
    clientCloses = true;
    connection.session().end(Departure.CLOSED);
    shut();
  }

  /** Who was sent away and goes on talking is not even read. */
  private boolean isHeard() {
    if (closing) {
      channel.channel().config().setAutoRead(false);
    }
    return !closing;
  }

  private void receive(WebSocketFrame frame) {
    long nowMillis = Bridge.nowMillis();
    if (frame instanceof PingWebSocketFrame) {
      receivePing(frame.content(), nowMillis);
    } else if (frame instanceof PongWebSocketFrame) {
      connection.session().heard(nowMillis);
      connection.session().spend(0, nowMillis);
    } else {
      receive(BufferInternal.buffer(frame.content()), nowMillis);
    }
  }

  /** One who does not take the answers gets none; the next ping is as good as this one. */
  private void receivePing(ByteBuf content, long nowMillis) {
    connection.session().heard(nowMillis);
    if (connection.session().spend(0, nowMillis) && !isBehind()) {
      channel.write(WireFrames.pong(content, allocator()), channel.voidPromise());
      pongs = true;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (pongs) {
      pongs = false;
      context.flush();
    }
  }

  /**
   * A message comes in parts, and this is one of them.
   *
   * @return false when it is one too many
   */
  boolean receivePart() {
    if (isHeard()) {
      loop.run(() -> connection.session().spend(0, Bridge.nowMillis()));
    }
    return isHeard();
  }

  private void receive(Buffer frame, long nowMillis) {
    if (mayRead(frame, nowMillis)) {
      messages(frame)
          .ifPresentOrElse(
              several -> receive(several, nowMillis),
              () -> connection.session().reject(CloseCode.PROTOCOL_ERROR));
    }
  }

  /** SockJS has it so: what is not its framing ends the connection. */
  private Optional<List<Buffer>> messages(Buffer frame) {
    try {
      return Optional.of(framing.messages(frame));
    } catch (DecodeException malformed) {
      return Optional.empty();
    }
  }

  /** Where a frame may have many messages, or none, a long one costs before it is taken apart. */
  private boolean mayRead(Buffer frame, long nowMillis) {
    return framing == Framing.RAW
        || frame.length() < Limits.FRAME_COST_BYTES
        || connection.session().spend(frame.length(), nowMillis);
  }

  private void receive(List<Buffer> messages, long nowMillis) {
    if (messages.isEmpty()) {
      connection.session().spend(0, nowMillis);
    }
    messages.forEach(one -> connection.session().receive(one, nowMillis));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cutLater();
  }

  /** A write that breaks tells of it within the write, when nobody may leave a topic. */
  private void cutLater() {
    loop.runLater(() -> connection.session().end(Departure.CUT));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    loop.run(connection::drained);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
    if (isTooLong(fault)) {
      loop.run(() -> connection.session().reject(CloseCode.MESSAGE_TOO_LONG));
    } else if (fault instanceof CorruptedFrameException) {
      loop.run(() -> connection.session().reject(CloseCode.PROTOCOL_ERROR));
    } else {
      log.debug("a connection broke: {}", fault.toString());
      cutLater();
      context.close();
    }
  }

  private static boolean isTooLong(Throwable fault) {
    return fault instanceof TooLongFrameException
        || (fault instanceof CorruptedWebSocketFrameException corrupted
            && corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG));
  }

  @Override
  public void write(Batch batch) {
    ByteBuf bytes = batch.bytes(framing);
    loop.metrics().sent(bytes.readableBytes());
    channel.write(bytes.retainedDuplicate(), channel.voidPromise());
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public boolean isBehind() {
    return !channel.channel().isWritable();
  }

  @Override
  public long waitingBytes() {
    if (!channel.channel().isActive()) {
      return 0;
    }
    // Netty counts to the first byte past a mark.
    return channel.channel().isWritable()
        ? MARKS.high() + 1 - channel.channel().bytesBeforeUnwritable()
        : MARKS.low() - 1 + channel.channel().bytesBeforeWritable();
  }

  @Override
  public void ping() {
    if (framing == Framing.SOCKJS) {
      send(WireFrames.text("h", allocator()));
    }
    send(WireFrames.ping(allocator()));
  }

  /** The client is given time to take the reason, which a connection that is reset would lose. */
  @Override
  public void close(CloseCode code) {
    if (closing || !channel.channel().isActive()) {
      return;
    }
    closing = true;
    if (code == CloseCode.CUT) {
      shut();
      return;
    }
    if (!clientCloses) {
      channel.executor().schedule(this::shut, CLOSE_SECONDS, TimeUnit.SECONDS);
    }
    if (framing == Framing.SOCKJS) {
      String farewell = "c[" + code.status() + ",\"" + code.reason() + "\"]";
      channel.write(WireFrames.text(farewell, allocator()), channel.voidPromise());
    }
    send(WireFrames.close(code, allocator()));
  }

  private void shut() {
    channel.close();
  }

  private void send(ByteBuf frame) {
    channel.writeAndFlush(frame, channel.voidPromise());
  }

  private ByteBufAllocator allocator() {
    return channel.alloc();
  }
}
