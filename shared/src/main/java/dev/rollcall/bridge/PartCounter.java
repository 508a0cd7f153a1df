package dev.rollcall.bridge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Sees the parts of messages before they are put together. A message that never ends, of parts
 * however small or empty, would else be counted as none.
 */
final class PartCounter extends ChannelInboundHandlerAdapter {
  private final WebSocketOutlet outlet;

  PartCounter(WebSocketOutlet outlet) {
    this.outlet = outlet;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (isPart(message) && !outlet.receivePart()) {
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  private static boolean isPart(Object message) {
    return message instanceof WebSocketFrame frame
        && (!frame.isFinalFragment() || frame instanceof ContinuationWebSocketFrame);
  }
}
