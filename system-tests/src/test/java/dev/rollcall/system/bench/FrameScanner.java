package dev.rollcall.system.bench;

/**
 * Finds the WebSocket messages in what one connection receives, however it is cut. The caller puts
 * what is left over at the beginning of its buffer and reads behind it, so that each frame lies in
 * one piece; the frames of a message in several of them are moved together in place. Nothing is
 * allocated where reads end with a frame's end.
 */
final class FrameScanner {
  interface Sink {
    /** One whole message; the bytes are valid within the call alone. */
    void message(byte[] bytes, int from, int to);

    /** A close, ping or pong. */
    void control(int opcode, byte[] bytes, int from, int to);
  }

  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int SHORT_LENGTH = 126;
  private static final int LONG_LENGTH = 127;
  private static final int MAX_LENGTH = 64 * 1024 * 1024;

  private final Leftover leftover = new Leftover();

  /** How many bytes of what is left over are of a message that has begun, without headers. */
  private int begun;

  /** Returns how many bytes of the buffer are taken now; what is read goes behind them. */
  int restore(byte[] buffer) {
    return leftover.restore(buffer);
  }

  /** Returns how many bytes {@link #restore} would put there. */
  int leftOver() {
    return leftover.length();
  }

  /** Keeps bytes of which no frame can be told yet. */
  void postpone(byte[] buffer, int to) {
    leftover.keep(buffer, 0, to);
  }

  /** Hands on all messages that are whole, and keeps the rest. */
  void scan(byte[] buffer, int from, int to, Sink sink) {
    int message = from;
    int end = from + begun;
    int at = end;
    while (true) {
      int header = headerLength(buffer, at, to);
      if (header < 0) {
        break;
      }
      int data = at + header;
      int length = dataLength(buffer, at);
      if (to - data < length) {
        break;
      }
      int opcode = buffer[at] & 0x0f;
      boolean last = buffer[at] < 0;
      at = data + length;
      if (opcode >= CLOSE) {
        sink.control(opcode, buffer, data, at);
        continue;
      }
      if (end == message) {
        message = data;
        end = at;
      } else {
        System.arraycopy(buffer, data, buffer, end, length);
        end += length;
      }
      if (last) {
        sink.message(buffer, message, end);
        message = at;
        end = at;
      }
    }
    begun = end - message;
    leftover.keep(buffer, message, end);
    leftover.keep(buffer, at, to);
  }

  /** Returns -1 when not all of it is there. */
  private static int headerLength(byte[] buffer, int at, int to) {
    if (to - at < 2) {
      return -1;
    }
    int length = buffer[at + 1] & 0x7f;
    int header = length < SHORT_LENGTH ? 2 : length == SHORT_LENGTH ? 4 : 10;
    return to - at < header ? -1 : header;
  }

  private static int dataLength(byte[] buffer, int at) {
    int length = buffer[at + 1] & 0x7f;
    if (length < SHORT_LENGTH) {
      return length;
    }
    long large = 0;
    int bytes = length == LONG_LENGTH ? 8 : 2;
    for (int i = 0; i < bytes; i++) {
      large = (large << 8) | (buffer[at + 2 + i] & 0xff);
    }
    if (large < 0 || large > MAX_LENGTH) {
      throw new IllegalStateException("a frame of " + large + " bytes");
    }
    return (int) large;
  }
}
