package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.AskPiece;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Relay;
import dev.rollcall.presence.PresenceMessage.Replaced;
import dev.rollcall.presence.PresenceMessage.Result;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.PresenceMessage.Unfollow;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PresenceCodecTest {
  private static final int SEEDS = 300;
  private static final int UNKNOWN_KIND = 200;
  private static final NodeId NODE = new NodeId("node0001");
  private static final NodeId OTHER = new NodeId("other");
  private static final Position POSITION = new Position(new Epoch(3, OTHER), 7);
  private static final Entry ANA =
      new Entry(new Ref(NODE, 1), null, "room:lobby", "ana", "{\"name\":\"Ana\"}");

  @Test
  void everyMessageComesBackAsItWas() {
    for (int seed = 0; seed < SEEDS; seed++) {
      for (PresenceMessage message : new Messages(seed).oneOfEach()) {
        assertThat(recoded(message)).as("seed %d", seed).isEqualTo(message);
      }
    }
  }

  @Test
  void everyKindIsTested() {
    assertThat(new Messages(0).oneOfEach())
        .extracting(Object::getClass)
        .hasSameElementsAs(List.of(PresenceMessage.class.getPermittedSubclasses()));
  }

  @Test
  void whatIsCutShortIsRefused() {
    for (int seed = 0; seed < 40; seed++) {
      Messages messages = new Messages(seed);
      for (PresenceMessage message : messages.oneOfEach()) {
        byte[] bytes = encoded(message);
        for (int cut = 0; cut < bytes.length; cut += 1 + cut / 100) {
          if (cut != lengthFromOlderNode(message)) {
            refuses(Arrays.copyOf(bytes, cut));
          }
        }
      }
    }
  }

  @Test
  void aGoodbyeOfAnOlderNodeHasOnePart() {
    Goodbye goodbye = new Goodbye(NODE, 7, Map.of(2L, 5_000L), 3, 4);
    byte[] older = Arrays.copyOf(encoded(goodbye), lengthFromOlderNode(goodbye));
    assertThat(read(older)).isEqualTo(new Goodbye(NODE, 7, Map.of(2L, 5_000L)));
  }

  @Test
  void whatIsCorruptIsRefusedOrReadButNeverFailsOtherwise() {
    for (int seed = 0; seed < 100; seed++) {
      Messages messages = new Messages(seed);
      for (PresenceMessage message : messages.oneOfEach()) {
        for (int round = 0; round < 20; round++) {
          readsOrRefuses(messages.corrupted(encoded(message)), seed);
        }
      }
    }
  }

  @Test
  void noLengthIsBelievedForWhichThereAreNoBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int seed = 0; seed < 100; seed++) {
      Messages messages = new Messages(seed);
      for (PresenceMessage message : messages.oneOfEach()) {
        byte[] bytes = messages.withHugeNumber(encoded(message));
        long before = threads.getCurrentThreadAllocatedBytes();
        readsOrRefuses(bytes, seed);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("seed %d", seed).isLessThan(1_000_000 + 200L * bytes.length);
      }
    }
  }

  @Test
  void aNumberOfMoreThan64BitsIsRefused() {
    refuses(pullAfter("ff ff ff ff ff ff ff ff ff 02"));
    refuses(pullAfter("ff ff ff ff ff ff ff ff ff 81 00"));
    assertThat(read(pullAfter("ff ff ff ff ff ff ff ff ff 01")))
        .isEqualTo(new Pull(NODE, NODE, -1));
  }

  @Test
  void aNameThatIsMissingOrNotIntroducedOrNoNodeIdIsRefused() {
    refuses(hex("02 07 00 00 01"));
    refuses(hex("02 07 01 03 61 01"));
    refuses(hex("02 07 00 03 3a 01"));
    refuses(hex("02 0d 00 03 61 01 02 00 00"));
    assertThat(read(hex("02 07 00 03 61 01"))).isEqualTo(new Replaced(new Ref(new NodeId("a"), 1)));
  }

  @Test
  void aTextThatCannotBeMissingIsNot() {
    byte[] bytes = encoded(new Query("t", Query.Kind.GET, "", 0));
    assertThat(bytes[6]).as("the length of the key").isEqualTo((byte) 2);
    bytes[6] = 0;
    refuses(bytes);
  }

  @Test
  void aQueryOfAnUnknownKindIsRefused() {
    byte[] bytes = encoded(new Query("t", Query.Kind.PAGE, "", 0));
    bytes[5] = 3;
    refuses(bytes);
  }

  @Test
  void anotherVersionOfTheFormatIsRefused() {
    byte[] bytes = encoded(new Replaced(new Ref(NODE, 1)));
    bytes[0] = 3;
    refuses(bytes);
    refuses("{\"v\":1,\"k\":\"beat\"}".getBytes(StandardCharsets.UTF_8));
    refuses(new byte[0]);
  }

  @Test
  void aKindThatOnlyNewerNodesKnowIsIgnored() {
    assertThat(PresenceCodec.decode(Buffer.buffer(new byte[] {2, (byte) UNKNOWN_KIND, 7})))
        .isEmpty();
    assertThat(PresenceCodec.decode(relayed(2, UNKNOWN_KIND, 7))).isEmpty();
  }

  @Test
  void aRelayPassesOnNoRelayAndNoOtherVersion() {
    Relay relay = new Relay(NODE, new Replaced(new Ref(NODE, 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PresenceCodec.encode(new Relay(OTHER, relay)));
    byte[] inner = encoded(relay);
    int[] octets = new int[inner.length];
    Arrays.setAll(octets, i -> inner[i]);
    refuses(relayed(octets).getBytes());
    refuses(relayed(3, UNKNOWN_KIND).getBytes());
  }

  @Test
  void aDeltaAddsOnlyWhatItsOperationNames() {
    Entry another = new Entry(new Ref(NODE, 2), null, "t", "k", "{}");
    Delta delta = new Delta(NODE, 0, List.of(new Operation(1, another, 0, null)));
    assertThatIllegalArgumentException().isThrownBy(() -> PresenceCodec.encode(delta));
  }

  @Test
  void whatIsAppendedToAMessageIsSkipped() {
    Messages messages = new Messages(1);
    for (PresenceMessage message : messages.oneOfEach()) {
      Buffer longer = PresenceCodec.encode(message).appendBytes(messages.someBytes(20));
      assertThat(PresenceCodec.decode(longer)).contains(message);
    }
  }

  @Test
  void whatIsAppendedToAnOperationAndToWhatItAddsIsSkipped() {
    PresenceWriter out = begun(2);
    out.node(NODE);
    out.number(0);
    out.number(2);
    int operation = out.open();
    int added = out.open();
    out.entryAfterRef(ANA);
    noOrigin(out);
    closeAppended(out, added);
    out.number(0);
    closeAppended(out, operation);
    operation = out.open();
    out.close(out.open());
    out.number(1);
    out.reason(Reason.IDLE);
    closeAppended(out, operation);
    List<Operation> operations =
        List.of(new Operation(1, ANA, 0, null), new Operation(2, null, 1, Reason.IDLE));
    assertThat(read(bytes(out))).isEqualTo(new Delta(NODE, 0, operations));
  }

  @Test
  void whatIsAppendedToAStateAndItsEntriesIsSkipped() {
    PresenceWriter out = begun(14);
    out.node(NODE);
    out.number(0);
    out.number(1);
    int state = out.open();
    out.topic("room:lobby");
    out.position(POSITION);
    out.digest(-5);
    out.number(0);
    out.number(1);
    writeAppendedEntry(out);
    closeAppended(out, state);
    out.number(0);
    out.number(0);
    State read = new State("room:lobby", POSITION, -5, 0, 1, List.of(ANA));
    assertThat(read(bytes(out)))
        .isEqualTo(new Answer(NODE, Map.of(), List.of(read), Map.of(), Map.of()));
  }

  @Test
  void whatIsAppendedToALeaveIsSkippedAndItsUnknownReasonIsClosed() {
    PresenceWriter out = begun(10);
    out.topic("room:lobby");
    out.position(POSITION);
    out.digest(1);
    writeAppendedEntry(out);
    out.number(1);
    int leave = out.open();
    out.ref(ANA.ref());
    out.number(1000);
    out.number(9);
    closeAppended(out, leave);
    List<Leave> leaves = List.of(new Leave(ANA.ref(), Reason.CLOSED, 9));
    assertThat(read(bytes(out)))
        .isEqualTo(new Diff("room:lobby", POSITION, 1, List.of(ANA), leaves));
  }

  @Test
  void whatIsAppendedToAStandingIsSkipped() {
    PresenceWriter out = begun(11);
    out.node(NODE);
    out.node(OTHER);
    out.nullableNode(null);
    out.number(1);
    int standing = out.open();
    out.topic("t");
    out.nullablePosition(null);
    out.digest(0);
    closeAppended(out, standing);
    assertThat(read(bytes(out))).isEqualTo(new Ask(NODE, OTHER, null, Map.of("t", Standing.NONE)));
  }

  @Test
  void whatIsAppendedToProgressIsSkipped() {
    PresenceWriter out = begun(8);
    out.node(OTHER);
    out.text("m");
    out.flag(true);
    out.number(4);
    out.number(1);
    int progress = out.open();
    out.node(NODE);
    out.text("n");
    out.number(5);
    out.number(6);
    closeAppended(out, progress);
    out.clocks(Map.of(NODE, 8L));
    Map<NodeId, Progress> nodes = Map.of(NODE, new Progress("n", 5, 6));
    assertThat(read(bytes(out)))
        .isEqualTo(new Digest(OTHER, "m", true, 4, nodes, Map.of(NODE, 8L)));
  }

  @Test
  void anEpochThatNobodyHasReachedIsRefused() {
    for (long counter : List.of(-1L, Long.MAX_VALUE)) {
      Position position = new Position(new Epoch(counter, NODE), 1);
      refuses(encoded(new Digest(NODE, "m", true, counter, Map.of(), Map.of())));
      refuses(encoded(new Diff("t", position, 0, List.of(), List.of())));
    }
  }

  @Test
  void anOriginIsReadWithItsEntry() {
    Ref own = new Ref(NODE, 2);
    Entry updated = new Entry(new Ref(NODE, 3), own, new Ref(OTHER, 7), "t", "k", "{}");
    Diff diff = new Diff("t", POSITION, 0, List.of(updated, ANA), List.of());
    assertThat(PresenceCodec.decode(PresenceCodec.encode(diff))).contains(diff);
    Delta delta = new Delta(NODE, 2, List.of(new Operation(3, updated, 2, Reason.REPLACED)));
    assertThat(PresenceCodec.decode(PresenceCodec.encode(delta))).contains(delta);
  }

  @Test
  void aNodeWithoutAMemberIsRefused() {
    Map<NodeId, Progress> nameless = Map.of(NODE, new Progress(null, 5, 6));
    for (PresenceMessage message :
        List.of(
            new Beat(NODE, null, 1, 0),
            new Readiness(NODE, null, true, Set.of()),
            new Digest(NODE, null, true, 1, Map.of(), Map.of()),
            new Digest(NODE, "m", true, 1, nameless, Map.of()))) {
      refuses(encoded(message));
    }
  }

  @Test
  void anUnpairedSurrogateBecomesAQuestionMark() {
    String key = "a\uD800b\uDC00";
    assertThat(recoded(new Query("t", Query.Kind.GET, key, 0)))
        .isEqualTo(new Query("t", Query.Kind.GET, "a?b?", 0));
  }

  @Test
  void onlyALowerCaseUuidTakesSixteenBytes() {
    String uuid = "0123abcd-4567-89ab-cdef-fedcba987654";
    int shorter = encoded(beatOf(uuid)).length;
    assertThat(encoded(beatOf(uuid.replace('a', 'A')))).hasSize(shorter + 20);
    assertThat(encoded(beatOf(uuid.replace('-', '0')))).hasSize(shorter + 20);
    assertThat(encoded(beatOf(uuid.replace('a', 'g')))).hasSize(shorter + 20);
  }

  @Test
  void theEntriesOfAMessageShareTheirNodesAndTopics() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      entries.add(new Entry(new Ref(NODE, i), new Ref(OTHER, i), "room:lobby", "k", "{}"));
    }
    Snapshot read = (Snapshot) recoded(new Snapshot(NODE, OTHER, 3, 0, 1, entries));
    for (Entry entry : read.entries()) {
      assertThat(entry.ref().node()).isSameAs(read.node());
      assertThat(entry.previous().node()).isSameAs(read.by());
      assertThat(entry.topic()).isSameAs(read.entries().get(0).topic());
    }
  }

  private static void readsOrRefuses(byte[] bytes, int seed) {
    PresenceMessage read;
    try {
      read = PresenceCodec.decode(Buffer.buffer(bytes)).orElse(null);
    } catch (IllegalArgumentException refused) {
      return;
    } catch (RuntimeException other) {
      throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(bytes), other);
    }
    if (read != null) {
      assertThat(recoded(read)).as("seed %d", seed).isEqualTo(read);
    }
  }

  /** As who appends more to an entry writes it. */
  private static void noOrigin(PresenceWriter out) {
    out.text(null);
  }

  /** Returns where what older nodes write of that message ends, -1 if they write all of it. */
  private static int lengthFromOlderNode(PresenceMessage message) {
    return message instanceof Goodbye goodbye
        ? encoded(new Goodbye(goodbye.node(), goodbye.clock(), goodbye.lingering())).length - 2
        : -1;
  }

  private static void refuses(byte[] bytes) {
    assertThatIllegalArgumentException()
        .as(() -> HexFormat.of().formatHex(bytes))
        .isThrownBy(() -> PresenceCodec.decode(Buffer.buffer(bytes)));
  }

  private static PresenceMessage recoded(PresenceMessage message) {
    return read(encoded(message));
  }

  private static PresenceMessage read(byte[] bytes) {
    return PresenceCodec.decode(Buffer.buffer(bytes)).orElseThrow();
  }

  private static byte[] encoded(PresenceMessage message) {
    return PresenceCodec.encode(message).getBytes();
  }

  private static byte[] hex(String octets) {
    return HexFormat.ofDelimiter(" ").parseHex(octets);
  }

  private static byte[] pullAfter(String clock) {
    return hex("02 05 00 0a 6e 6f 64 65 30 30 30 31 00 " + clock);
  }

  private static Beat beatOf(String member) {
    return new Beat(NODE, member, 1, 1);
  }

  private static Buffer relayed(int... inner) {
    PresenceWriter out = begun(16);
    out.node(NODE);
    int opened = out.open();
    for (int octet : inner) {
      out.octet(octet);
    }
    out.close(opened);
    return Buffer.buffer(bytes(out));
  }

  private static PresenceWriter begun(int kind) {
    PresenceWriter out = new PresenceWriter();
    out.octet(2);
    out.octet(kind);
    return out;
  }

  private static byte[] bytes(PresenceWriter out) {
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static void writeAppendedEntry(PresenceWriter out) {
    out.number(1);
    int entry = out.open();
    out.ref(ANA.ref());
    out.entryAfterRef(ANA);
    noOrigin(out);
    closeAppended(out, entry);
  }

  /** Ends an element as a newer version would that knows one more number and one more text. */
  private static void closeAppended(PresenceWriter out, int opened) {
    out.number(77_777);
    out.text("of a newer version, long enough that the length of what has it takes two bytes: äöü");
    out.close(opened);
  }

  /** Makes messages of all kinds, and spoils their bytes. */
  private static final class Messages {
    private final Random random;

    Messages(int seed) {
      random = new Random(seed);
    }

    List<PresenceMessage> oneOfEach() {
      List<PresenceMessage> some = new ArrayList<>(ofNodes());
      some.addAll(ofTopics());
      some.add(new Relay(node(), oneOf(some)));
      return some;
    }

    private List<PresenceMessage> ofNodes() {
      int pieces = 1 + random.nextInt(1000);
      return List.of(
          new Beat(node(), "" + text(), number(), number()),
          delta(),
          snapshot(pieces),
          new Goodbye(node(), number(), map(this::number, this::number), pieces / 2, pieces),
          new Pull(node(), node(), number()),
          new PullPiece(node(), node(), number(), random.nextInt()),
          new Replaced(ref()),
          new Digest(
              node(), "" + text(), flag(), clock(), map(this::node, this::progress), clocks()),
          new Readiness(node(), "" + text(), flag(), set(this::node)));
    }

    private List<PresenceMessage> ofTopics() {
      return List.of(
          new Diff(topic(), position(), random.nextLong(), some(this::entry), some(this::leave)),
          new Ask(node(), node(), nullable(this::node), map(this::topic, this::standing)),
          new AskPiece(node(), node(), nullable(this::node), topic(), position(), random.nextInt()),
          new Unfollow(node(), set(this::topic)),
          new Answer(
              node(),
              clocks(),
              some(this::state),
              map(this::topic, this::position),
              map(this::topic, this::node)),
          state(),
          new Query(topic(), oneOf(List.of(Query.Kind.values())), "" + text(), random.nextInt()),
          new Result(random.nextInt(), some(this::entry), flag()));
    }

    byte[] corrupted(byte[] bytes) {
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        // Not the version: it would hide the rest.
        bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt();
      }
      return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    /** Puts 2^31 - 1, 2^31 or -1 in the place of a byte, which may be a length. */
    byte[] withHugeNumber(byte[] bytes) {
      long[] huge = {Integer.MAX_VALUE, 1L << 31, -1};
      int at = 2 + random.nextInt(bytes.length - 2);
      PresenceWriter out = new PresenceWriter();
      for (int i = 0; i < bytes.length; i++) {
        if (i == at) {
          out.number(huge[random.nextInt(huge.length)]);
        } else {
          out.octet(bytes[i]);
        }
      }
      return PresenceCodecTest.bytes(out);
    }

    byte[] someBytes(int size) {
      byte[] some = new byte[size];
      random.nextBytes(some);
      return some;
    }

    private Snapshot snapshot(int pieces) {
      NodeId node = node();
      long clock = clock();
      Supplier<Ref> ref = () -> new Ref(node, 1 + random.nextLong(clock));
      return new Snapshot(node, node(), clock, pieces - 1, pieces, some(() -> entry(ref.get())));
    }

    private Delta delta() {
      NodeId node = node();
      long from = random.nextLong(1L << (1 + random.nextInt(60)));
      List<Operation> operations = new ArrayList<>();
      for (int count = random.nextInt(5); count > 0; count--) {
        operations.add(operation(new Ref(node, from + operations.size() + 1)));
      }
      return new Delta(node, from, operations);
    }

    private Operation operation(Ref ref) {
      int adds = random.nextInt(3);
      Entry added = adds == 0 ? null : entry(ref);
      return adds == 1
          ? new Operation(ref.clock(), added, 0, null)
          : new Operation(ref.clock(), added, clock(), reason());
    }

    private State state() {
      int pieces = 1 + random.nextInt(3);
      int index = random.nextInt(pieces);
      return new State(topic(), position(), random.nextLong(), index, pieces, some(this::entry));
    }

    private Entry entry() {
      return entry(ref());
    }

    private Entry entry(Ref ref) {
      Entry entry = new Entry(ref, nullable(this::ref), topic(), "" + text(), "" + text());
      boolean moved = entry.origin() != null && !entry.origin().node().equals(ref.node());
      // Of one that has moved and was updated, each ref is another.
      return moved && random.nextBoolean() ? entry.after(new Ref(ref.node(), clock())) : entry;
    }

    private Leave leave() {
      return new Leave(ref(), reason(), number());
    }

    private Reason reason() {
      return oneOf(List.of(Reason.values()));
    }

    private Progress progress() {
      return new Progress("" + text(), number(), number());
    }

    private Standing standing() {
      return new Standing(nullable(this::position), random.nextLong());
    }

    private Position position() {
      return new Position(new Epoch(clock(), node()), number());
    }

    private Map<NodeId, Long> clocks() {
      return map(this::node, this::number);
    }

    private Ref ref() {
      return new Ref(node(), clock());
    }

    /** Returns one of few, so that they repeat, or a new one. */
    private NodeId node() {
      return switch (random.nextInt(4)) {
        case 0 -> NODE;
        case 1 -> OTHER;
        case 2 -> new NodeId(uuid());
        default -> new NodeId("n_" + Long.toHexString(random.nextLong()));
      };
    }

    private String topic() {
      return random.nextBoolean() ? "room:" + random.nextInt(3) : "" + text();
    }

    private String text() {
      return switch (random.nextInt(12)) {
        case 0 -> null;
        case 1 -> "";
        case 2 -> uuid();
        case 3 -> uuid().toUpperCase(Locale.ROOT);
        case 4 -> "\"ä\u2028:" + random.nextInt() + "\\";
        case 5 -> "all is well \uD83D\uDE00 here";
        case 6 -> "x".repeat(random.nextInt(400));
        case 7 -> "é\uD83D\uDE00".repeat(random.nextInt(100));
        case 8 -> random.nextInt(20) == 0 ? "y".repeat(20_000) : "\u0000\u007F\u0080";
        default -> "{\"a\":" + random.nextInt() + "}";
      };
    }

    private String uuid() {
      return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private long clock() {
      return 1 + random.nextLong(1L << (1 + random.nextInt(61)));
    }

    private long number() {
      return random.nextLong() >>> random.nextInt(64);
    }

    private boolean flag() {
      return random.nextBoolean();
    }

    private <T> T oneOf(List<T> all) {
      return all.get(random.nextInt(all.size()));
    }

    private <T> T nullable(Supplier<T> one) {
      return random.nextBoolean() ? one.get() : null;
    }

    private <T> List<T> some(Supplier<T> one) {
      List<T> some = new ArrayList<>();
      for (int count = random.nextInt(random.nextInt(20) == 0 ? 200 : 4); count > 0; count--) {
        some.add(one.get());
      }
      return some;
    }

    private <T> Set<T> set(Supplier<T> one) {
      return new HashSet<>(some(one));
    }

    private <K, V> Map<K, V> map(Supplier<K> key, Supplier<V> value) {
      Map<K, V> map = new HashMap<>();
      for (K one : some(key)) {
        map.put(one, value.get());
      }
      return map;
    }
  }
}
