package dev.rollcall.bridge;

import dev.rollcall.pubsub.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Messages that go out together, to however many sockets: the bytes are laid out once a framing,
 * and every socket sends the same.
 */
final class Batch {
  private final List<Encoded> messages;
  private final ByteBufAllocator allocator;
  private final long firstPosition;
  private final boolean fromSessions;
  private ByteBuf raw;
  private ByteBuf sockJs;

  Batch(List<Encoded> messages, ByteBufAllocator allocator) {
    this.messages = List.copyOf(messages);
    this.allocator = allocator;
    this.firstPosition = firstPosition(messages);
    this.fromSessions = fromSessions(messages);
  }

  private static boolean fromSessions(List<Encoded> messages) {
    for (Encoded message : messages) {
      if (message.isFromSession()) {
        return true;
      }
    }
    return false;
  }

  private static long firstPosition(List<Encoded> messages) {
    long first = Long.MAX_VALUE;
    for (Encoded message : messages) {
      if (message.position() != Message.NO_POSITION) {
        first = Math.min(first, message.position());
      }
    }
    return first;
  }

  List<Encoded> messages() {
    return messages;
  }

  /** Tells whether a message is among them that one who is at this position has. */
  boolean hasUpTo(long position) {
    return firstPosition <= position;
  }

  /** Tells whether a message is among them that came from this connection. */
  boolean isFrom(Connection connection) {
    if (!fromSessions) {
      return false;
    }
    for (Encoded message : messages) {
      if (message.isFrom(connection)) {
        return true;
      }
    }
    return false;
  }

  /** Returns bytes that the caller must duplicate to write them. */
  ByteBuf bytes(Framing framing) {
    return framing == Framing.RAW ? raw() : sockJs();
  }

  private ByteBuf raw() {
    if (raw == null) {
      raw = Framing.RAW.frame(messages, allocator);
    }
    return raw;
  }

  private ByteBuf sockJs() {
    if (sockJs == null) {
      sockJs = Framing.SOCKJS.frame(messages, allocator);
    }
    return sockJs;
  }

  /** The bytes are gone once every socket has sent them. */
  void release() {
    ReferenceCountUtil.release(raw);
    ReferenceCountUtil.release(sockJs);
  }
}
