package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads the fields of one message, and trusts none: whatever the bytes are, a method returns or
 * throws {@link IllegalArgumentException}, and no length is believed for which there are no bytes.
 * {@link PresenceCodec} describes the format.
 */
final class PresenceReader {
  private static final int UUID_BYTES = 16;

  /**
   * Never reached: whoever is near the largest number is faulty, and would begin again below all.
   */
  private static final long MAX_EPOCH_COUNTER = Long.MAX_VALUE / 2;

  private final byte[] bytes;
  private int position;
  private int limit;
  private final List<NodeId> nodes = new ArrayList<>();
  private final List<String> topics = new ArrayList<>();

  PresenceReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private PresenceReader(byte[] bytes, int position, int limit) {
    this.bytes = bytes;
    this.position = position;
    this.limit = limit;
  }

  static IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException("malformed presence message: " + what);
  }

  /** Begins what is prefixed by its length, and returns what {@link #close} takes. */
  int open() {
    int size = sizeWithin(number());
    int outer = limit;
    limit = position + size;
    return outer;
  }

  /** Ends it, past fields that a newer version appended. */
  void close(int outer) {
    position = limit;
    limit = outer;
  }

  /** Whether nothing is left of what was opened. */
  boolean isEmpty() {
    return position == limit;
  }

  /** Returns a reader, with tables of its own, of a message inside this one. */
  PresenceReader inner() {
    int outer = open();
    PresenceReader inner = new PresenceReader(bytes, position, limit);
    close(outer);
    return inner;
  }

  int octet() {
    if (position == limit) {
      throw malformed("it ends too early");
    }
    return bytes[position++] & 0xFF;
  }

  boolean flag() {
    int value = octet();
    if (value > 1) {
      throw malformed("neither yes nor no");
    }
    return value == 1;
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int octet = octet();
      value |= (octet & 0x7FL) << shift;
      if (octet < 0x80) {
        return checkLast(octet, shift, value);
      }
    }
    throw malformed("a number is too long");
  }

  int integer() {
    long value = number();
    if (value != (int) value) {
      throw malformed("a number is too large");
    }
    return (int) value;
  }

  /** Reads how many elements follow. Each of them takes at least the byte of its length. */
  int count() {
    return sizeWithin(number());
  }

  long digest() {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << Byte.SIZE | octet();
    }
    return value;
  }

  String text() {
    long code = number();
    if (code == 0) {
      return null;
    }
    if (code == 1) {
      sizeWithin(UUID_BYTES);
      return new UUID(digest(), digest()).toString();
    }
    int size = sizeWithin(code - 2);
    String text = new String(bytes, position, size, StandardCharsets.UTF_8);
    position += size;
    return text;
  }

  /** Reads a text that can't be missing. */
  String required() {
    String text = text();
    if (text == null) {
      throw malformed("a text is missing");
    }
    return text;
  }

  NodeId node() {
    int index = index(nodes.size());
    if (index == nodes.size()) {
      nodes.add(new NodeId(required()));
    }
    return nodes.get(index);
  }

  NodeId nullableNode() {
    return flag() ? node() : null;
  }

  String topic() {
    int index = index(topics.size());
    if (index == topics.size()) {
      topics.add(required());
    }
    return topics.get(index);
  }

  Ref ref() {
    return new Ref(node(), number());
  }

  Position position() {
    return new Position(new Epoch(epochCounter(), node()), number());
  }

  /** Reads a counter to which one can be added, over and over. */
  long epochCounter() {
    long counter = number();
    if (counter < 0 || counter > MAX_EPOCH_COUNTER) {
      throw malformed("an epoch that nobody has reached");
    }
    return counter;
  }

  Position nullablePosition() {
    return flag() ? position() : null;
  }

  /** Reads a reason; one that only newer nodes know is no worse than a plain end. */
  Reason reason() {
    long code = number();
    if (code == 1) {
      return Reason.UNTRACKED;
    } else if (code == 2) {
      return Reason.IDLE;
    } else if (code == 3) {
      return Reason.KICKED;
    } else if (code == 4) {
      return Reason.NODE_DOWN;
    } else if (code == 5) {
      return Reason.REPLACED;
    }
    return Reason.CLOSED;
  }

  List<Entry> entries() {
    int count = count();
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int outer = open();
      entries.add(entryAfterRef(ref()));
      close(outer);
    }
    return entries;
  }

  Entry entryAfterRef(Ref ref) {
    Entry entry = new Entry(ref, flag() ? ref() : null, topic(), required(), required());
    String origin = isEmpty() ? null : text();
    return origin == null ? entry : entry.from(new Ref(new NodeId(origin), number()));
  }

  Map<NodeId, Long> clocks() {
    int count = count();
    Map<NodeId, Long> clocks = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int outer = open();
      clocks.put(node(), number());
      close(outer);
    }
    return clocks;
  }

  private int index(int size) {
    long index = number();
    if (index < 0 || index > size) {
      throw malformed("a name that was not introduced");
    }
    return (int) index;
  }

  private int sizeWithin(long size) {
    if (size < 0 || size > limit - position) {
      throw malformed("a length of " + size + " where " + (limit - position) + " bytes are left");
    }
    return (int) size;
  }

  /** The tenth byte of a number has room for one bit. */
  private static long checkLast(int octet, int shift, long value) {
    if (shift == 63 && octet > 1) {
      throw malformed("a number is too large");
    }
    return value;
  }
}
