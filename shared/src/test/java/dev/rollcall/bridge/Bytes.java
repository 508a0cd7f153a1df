package dev.rollcall.bridge;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a client may put on the wire: frames as they must be, and as they must not. */
final class Bytes {
  static final int TEXT = 0x81;
  static final int TEXT_WITH_MORE = 0x01;
  static final int MORE = 0x00;
  static final int LAST = 0x80;
  static final int BINARY = 0x82;
  static final int CLOSE = 0x88;
  static final int PING = 0x89;
  static final int PONG = 0x8A;

  private static final int MASKED = 0x80;
  private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

  private Bytes() {}

  /** Returns a text frame; single quotes stand for double ones. */
  static byte[] text(String json) {
    return frame(TEXT, utf8(json.replace('\'', '"')));
  }

  static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
    frame.writeBytes(header(first, MASKED, payload.length));
    frame.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ MASK[i % MASK.length]);
    }
    return frame.toByteArray();
  }

  static byte[] unmasked(int first, byte[] payload) {
    return join(header(first, 0, payload.length), payload);
  }

  /** The beginning of a masked frame that says to be of this length, whatever follows. */
  static byte[] claim(int first, long length) {
    return join(header(first, MASKED, length), MASK);
  }

  private static byte[] header(int first, int masked, long length) {
    ByteBuffer header = ByteBuffer.allocate(10).put((byte) first);
    if (length >= 0 && length < 126) {
      header.put((byte) (masked | length));
    } else if (length >= 0 && length <= 0xFFFF) {
      header.put((byte) (masked | 126)).putShort((short) length);
    } else {
      header.put((byte) (masked | 127)).putLong(length);
    }
    byte[] bytes = new byte[header.position()];
    header.flip().get(bytes);
    return bytes;
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] times(int count, byte[] bytes) {
    ByteBuffer all = ByteBuffer.allocate(count * bytes.length);
    for (int i = 0; i < count; i++) {
      all.put(bytes);
    }
    return all.array();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
