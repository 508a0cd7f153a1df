package dev.rollcall.bridge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

/** WebSocket frames as a server sends them: RFC 6455, without a mask. */
final class WireFrames {
  static final int MAX_HEADER_BYTES = 10;

  private static final int FINAL = 0x80;
  private static final int TEXT = FINAL | 0x1;
  private static final int CLOSE = FINAL | 0x8;
  private static final int PING = FINAL | 0x9;
  private static final int PONG = FINAL | 0xA;

  private static final int LENGTH_IN_TWO_BYTES = 126;
  private static final int LENGTH_IN_EIGHT_BYTES = 127;
  private static final int MAX_TWO_BYTES = 0xFFFF;

  private WireFrames() {}

  /** Begins a text frame, whose bytes follow. */
  static void beginText(int length, ByteBuf out) {
    out.writeByte(TEXT);
    if (length < LENGTH_IN_TWO_BYTES) {
      out.writeByte(length);
    } else if (length <= MAX_TWO_BYTES) {
      out.writeByte(LENGTH_IN_TWO_BYTES).writeShort(length);
    } else {
      out.writeByte(LENGTH_IN_EIGHT_BYTES).writeLong(length);
    }
  }

  /** Returns a text frame of a few ASCII characters. */
  static ByteBuf text(String ascii, ByteBufAllocator allocator) {
    ByteBuf frame = allocator.directBuffer(MAX_HEADER_BYTES + ascii.length());
    beginText(ascii.length(), frame);
    ByteBufUtil.writeAscii(frame, ascii);
    return frame;
  }

  static ByteBuf ping(ByteBufAllocator allocator) {
    return allocator.directBuffer(2).writeByte(PING).writeByte(0);
  }

  /** Returns the answer to a ping, which has the ping's own content, at most 125 bytes. */
  static ByteBuf pong(ByteBuf content, ByteBufAllocator allocator) {
    int length = content.readableBytes();
    return allocator.directBuffer(2 + length).writeByte(PONG).writeByte(length).writeBytes(content);
  }

  static ByteBuf close(CloseCode code, ByteBufAllocator allocator) {
    int length = Short.BYTES + code.reason().length();
    ByteBuf frame = allocator.directBuffer(2 + length).writeByte(CLOSE).writeByte(length);
    ByteBufUtil.writeAscii(frame.writeShort(code.status()), code.reason());
    return frame;
  }
}
