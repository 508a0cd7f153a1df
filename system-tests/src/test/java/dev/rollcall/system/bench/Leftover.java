package dev.rollcall.system.bench;

import java.util.Arrays;

/** The bytes of one connection that could not be used yet: the rest of them has not come. */
final class Leftover {
  private byte[] bytes = {};
  private int length;

  int length() {
    return length;
  }

  /** Puts the bytes at the beginning of the buffer, and has none any more. */
  int restore(byte[] buffer) {
    int restored = length;
    System.arraycopy(bytes, 0, buffer, 0, restored);
    length = 0;
    return restored;
  }

  /** Takes bytes, after those that it has. */
  void keep(byte[] buffer, int from, int to) {
    int more = to - from;
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(256, 2 * (length + more)));
    }
    System.arraycopy(buffer, from, bytes, length, more);
    length += more;
  }
}
