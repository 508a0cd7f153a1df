package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Writes the fields of one message. {@link PresenceCodec} describes the format. */
final class PresenceWriter {
  /** Holds most messages of one operation, so that they never grow it. */
  private static final int INITIAL_BYTES = 256;

  /** What 64 bits take, seven in each byte. */
  private static final int MAX_NUMBER_BYTES = 10;

  private static final int UUID_CHARACTERS = 36;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int length;
  private final Table<NodeId> nodes = new Table<>();
  private final Table<String> topics = new Table<>();

  /** Returns the array that was written to, up to {@link #length}. It is not copied. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Begins what is prefixed by its length, and returns what {@link #close} takes. */
  int open() {
    ensure(1);
    return length++;
  }

  /** Ends it. Mostly the byte that was kept free holds the length; else all behind it moves. */
  void close(int opened) {
    int size = length - opened - 1;
    int width = widthOf(size);
    ensure(width);
    if (width > 1) {
      System.arraycopy(bytes, opened + 1, bytes, opened + width, size);
    }
    length = opened;
    number(size);
    length += size;
  }

  /** Writes all of another writer's message, with its length in front. */
  void inner(PresenceWriter message) {
    number(message.length);
    append(message.bytes, message.length);
  }

  void octet(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  void flag(boolean value) {
    octet(value ? 1 : 0);
  }

  void number(long value) {
    ensure(MAX_NUMBER_BYTES);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /** Writes all 64 bits in eight bytes: for a digest, whose bits are all alike. */
  void digest(long value) {
    ensure(Long.BYTES);
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  void text(String text) {
    if (text == null) {
      number(0);
    } else if (isCanonicalUuid(text)) {
      uuid(UUID.fromString(text));
    } else {
      characters(text);
    }
  }

  void node(NodeId node) {
    if (nodes.introduces(node)) {
      number(nodes.index);
      text(node.value());
    } else {
      number(nodes.index);
    }
  }

  void nullableNode(NodeId node) {
    flag(node != null);
    if (node != null) {
      node(node);
    }
  }

  void topic(String topic) {
    if (topics.introduces(topic)) {
      number(topics.index);
      text(topic);
    } else {
      number(topics.index);
    }
  }

  void ref(Ref ref) {
    node(ref.node());
    number(ref.clock());
  }

  void position(Position position) {
    number(position.epoch().counter());
    node(position.epoch().replica());
    number(position.number());
  }

  void nullablePosition(Position position) {
    flag(position != null);
    if (position != null) {
      position(position);
    }
  }

  void reason(Reason reason) {
    number(
        switch (reason) {
          case CLOSED -> 0;
          case UNTRACKED -> 1;
          case IDLE -> 2;
          case KICKED -> 3;
          case NODE_DOWN -> 4;
          case REPLACED -> 5;
        });
  }

  void entries(List<Entry> entries) {
    number(entries.size());
    for (Entry entry : entries) {
      int opened = open();
      ref(entry.ref());
      entryAfterRef(entry);
      close(opened);
    }
  }

  /** Writes an entry whose ref is known from where it stands. */
  void entryAfterRef(Entry entry) {
    flag(entry.previous() != null);
    if (entry.previous() != null) {
      ref(entry.previous());
    }
    topic(entry.topic());
    text(entry.key());
    text(entry.meta());
    if (entry.origin() != null && !entry.origin().equals(entry.previous())) {
      text(entry.origin().node().value());
      number(entry.origin().clock());
    }
  }

  void clocks(Map<NodeId, Long> clocks) {
    number(clocks.size());
    for (Map.Entry<NodeId, Long> clock : clocks.entrySet()) {
      int opened = open();
      node(clock.getKey());
      number(clock.getValue());
      close(opened);
    }
  }

  /** Takes the text for ASCII, which most is, and starts again when it is not. */
  private void characters(String text) {
    int size = text.length();
    int start = length;
    number(size + 2L);
    ensure(size);
    byte[] to = bytes;
    int at = length;
    for (int i = 0; i < size; i++) {
      char character = text.charAt(i);
      if (character >= 0x80) {
        length = start;
        utf8(text.getBytes(StandardCharsets.UTF_8));
        return;
      }
      to[at++] = (byte) character;
    }
    length = at;
  }

  private void utf8(byte[] text) {
    number(text.length + 2L);
    append(text, text.length);
  }

  private void append(byte[] from, int size) {
    ensure(size);
    System.arraycopy(from, 0, bytes, length, size);
    length += size;
  }

  private void uuid(UUID uuid) {
    number(1);
    digest(uuid.getMostSignificantBits());
    digest(uuid.getLeastSignificantBits());
  }

  private void ensure(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /** Whether the text is exactly what a reader makes of those 16 bytes. */
  private static boolean isCanonicalUuid(String text) {
    if (text.length() != UUID_CHARACTERS) {
      return false;
    }
    for (int i = 0; i < UUID_CHARACTERS; i++) {
      char character = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? character != '-' : !isLowerHex(character)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLowerHex(char character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
  }

  private static int widthOf(int size) {
    int width = 1;
    for (int rest = size >>> 7; rest != 0; rest >>>= 7) {
      width++;
    }
    return width;
  }

  /** Numbers names in the order in which they come. */
  private static final class Table<T> {
    private final Map<T, Integer> indexes = new HashMap<>();
    private T last;
    private int index;

    /** Sets {@link #index} to the name's, and tells whether it is a new one. */
    private boolean introduces(T name) {
      Objects.requireNonNull(name);
      // Names come in runs: most entries of a message are of one node and one topic.
      if (name.equals(last)) {
        return false;
      }
      last = name;
      Integer known = indexes.putIfAbsent(name, indexes.size());
      index = known == null ? indexes.size() - 1 : known;
      return known == null;
    }
  }
}
