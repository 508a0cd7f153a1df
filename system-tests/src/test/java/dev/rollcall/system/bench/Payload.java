package dev.rollcall.system.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a message carries, as text that neither JSON nor SockJS escapes, so that its bytes are found
 * in a frame without parsing it: {@code #}, who published (4 digits), which message of theirs (9
 * digits), when in nanoseconds (19 digits), and padding.
 */
final class Payload {
  static final int LENGTH = 128;
  static final int MAX_PUBLISHERS = 10_000;

  private static final byte MARK = '#';
  private static final int PUBLISHER_AT = 1;
  private static final int SEQUENCE_AT = 5;
  private static final int NANOS_AT = 14;
  private static final int PADDING_AT = 33;

  private Payload() {}

  static String of(int publisher, int sequence, long nanos) {
    byte[] text = new byte[LENGTH];
    Arrays.fill(text, PADDING_AT, LENGTH, (byte) 'x');
    text[0] = MARK;
    write(text, PUBLISHER_AT, SEQUENCE_AT, publisher);
    write(text, SEQUENCE_AT, NANOS_AT, sequence);
    write(text, NANOS_AT, PADDING_AT, nanos);
    return new String(text, StandardCharsets.US_ASCII);
  }

  /** Returns where the first whole payload begins, or -1. */
  static int find(byte[] bytes, int from, int to) {
    int last = to - LENGTH;
    for (int at = from; at <= last; at++) {
      if (bytes[at] == MARK) {
        return at;
      }
    }
    return -1;
  }

  static int publisher(byte[] bytes, int payload) {
    return (int) read(bytes, payload + PUBLISHER_AT, payload + SEQUENCE_AT);
  }

  static int sequence(byte[] bytes, int payload) {
    return (int) read(bytes, payload + SEQUENCE_AT, payload + NANOS_AT);
  }

  static long nanos(byte[] bytes, int payload) {
    return read(bytes, payload + NANOS_AT, payload + PADDING_AT);
  }

  private static void write(byte[] text, int from, int to, long number) {
    long rest = number;
    for (int at = to - 1; at >= from; at--) {
      text[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private static long read(byte[] bytes, int from, int to) {
    long number = 0;
    for (int at = from; at < to; at++) {
      number = number * 10 + (bytes[at] - '0');
    }
    return number;
  }
}
