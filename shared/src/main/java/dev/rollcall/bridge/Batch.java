package dev.rollcall.bridge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Messages that go out together, to however many sockets: the bytes are laid out once a framing,
 * and every socket sends the same.
 */
final class Batch {
  private final List<Encoded> messages;
  private final ByteBufAllocator allocator;
  private final Map<Framing, ByteBuf> bytes = new EnumMap<>(Framing.class);
  private final long firstPosition;

  Batch(List<Encoded> messages, ByteBufAllocator allocator) {
    this.messages = List.copyOf(messages);
    this.allocator = allocator;
    this.firstPosition =
        messages.stream()
            .mapToLong(Encoded::position)
            .filter(position -> position > 0)
            .min()
            .orElse(Long.MAX_VALUE);
  }

  List<Encoded> messages() {
    return messages;
  }

  /** Tells whether a message is among them that one who is at this position has. */
  boolean hasUpTo(long position) {
    return firstPosition <= position;
  }

  /** Returns bytes that the caller must duplicate to write them. */
  ByteBuf bytes(Framing framing) {
    return bytes.computeIfAbsent(framing, kind -> kind.frame(messages, allocator));
  }

  /** The bytes are gone once every socket has sent them. */
  void release() {
    bytes.values().forEach(ByteBuf::release);
    bytes.clear();
  }
}
