package dev.rollcall.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * An archive of classes, as the JVM dumped it between two moments.
 *
 * <p>Two dumps of the same are the same but for when soft references were last used, in
 * milliseconds of the machine's clock, and for checksums. Both can be cleared: what was used long
 * ago is let go of sooner where memory is short, and no checksum is looked at without {@code
 * -XX:+VerifySharedSpaces}. Any other difference is one too many.
 */
record Dump(ByteBuffer bytes, long fromMillis, long toMillis) {
  private static final int HEADER_SIZE_AT = 12;

  /** The header's own, and that of the part with the objects. */
  private static final int MOST_CHECKSUMS = 2;

  Dump {
    bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Returns what both have in common, with zeros for clocks and checksums, or nothing where they
   * differ in more.
   */
  Optional<ByteBuffer> settled(Dump other) {
    if (bytes.capacity() != other.bytes.capacity()) {
      return Optional.empty();
    }
    ByteBuffer settled = ByteBuffer.allocate(bytes.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    settled.put(0, bytes, 0, bytes.capacity());
    int body = (bytes.getInt(HEADER_SIZE_AT) + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    boolean same = clearChecksums(settled, other, body) && clearMoments(settled, other, body);
    return same ? Optional.of(settled) : Optional.empty();
  }

  private static boolean clearChecksums(ByteBuffer settled, Dump other, int body) {
    int cleared = 0;
    for (int at = 0; at < body; at += Integer.BYTES) {
      if (settled.getInt(at) != other.bytes.getInt(at)) {
        settled.putInt(at, 0);
        cleared++;
      }
    }
    return cleared <= MOST_CHECKSUMS;
  }

  private boolean clearMoments(ByteBuffer settled, Dump other, int body) {
    for (int at = body; at < settled.capacity(); at += Long.BYTES) {
      long one = settled.getLong(at);
      long another = other.bytes.getLong(at);
      if (one != another) {
        if (!hasSeen(one) || !other.hasSeen(another)) {
          return false;
        }
        settled.putLong(at, 0);
      }
    }
    return true;
  }

  private boolean hasSeen(long moment) {
    return fromMillis <= moment && moment <= toMillis;
  }
}
