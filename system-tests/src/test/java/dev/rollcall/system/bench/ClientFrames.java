package dev.rollcall.system.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The WebSocket frames and the request that a client sends. */
final class ClientFrames {
  private static final int FINAL = 0x80;
  private static final int TEXT = 1;
  private static final int MASKED = 0x80;
  private static final int MASK = 0x5a3c96e1;
  private static final int SHORT_LENGTH = 126;

  private ClientFrames() {}

  static byte[] text(String text) {
    return frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A frame of at most 64 KiB; a server insists on a mask, though not on a secret one. */
  static byte[] frame(int opcode, byte[] data) {
    ByteBuffer frame = ByteBuffer.allocate(data.length + 8);
    frame.put((byte) (FINAL | opcode));
    if (data.length < SHORT_LENGTH) {
      frame.put((byte) (MASKED | data.length));
    } else {
      frame.put((byte) (MASKED | SHORT_LENGTH)).putShort((short) data.length);
    }
    frame.putInt(MASK);
    for (int i = 0; i < data.length; i++) {
      frame.put((byte) (data[i] ^ (MASK >>> (24 - 8 * (i & 3)))));
    }
    byte[] bytes = new byte[frame.position()];
    frame.flip().get(bytes);
    return bytes;
  }

  static byte[] upgrade(int port, String path, String token) {
    return """
        GET %s HTTP/1.1
        Host: 127.0.0.1:%d
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        Sec-WebSocket-Version: 13
        Cookie: rollcall_token=%s

        """
        .formatted(path, port, token)
        .replace("\n", "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
