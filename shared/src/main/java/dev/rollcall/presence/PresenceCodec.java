package dev.rollcall.presence;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns presence's messages into bytes and back: the format's version, the kind, and the fields in
 * their records' order.
 *
 * <p>A number is an unsigned LEB128 varint of its 64 bits, a digest eight bytes. A text is 0 for
 * null, 1 and 16 bytes for a UUID in lower case, or n + 2 and n bytes of UTF-8, where an unpaired
 * surrogate becomes {@code ?}. Node ids and topics are indexes into a table each of the message's;
 * the index that is the table's size adds the text behind it. What may be null, but a text, is 0,
 * or 1 and the value. A list, set or map is its size, and each element with its length in front. An
 * entry's origin is at its end, the node as a text, and only where it is not its previous ref.
 *
 * <p>An operation's clock, and the ref of what it adds, follow from its place and are not written;
 * what it adds has its length in front, 0 for nothing. The node {@code node0001} tracks Ana:
 *
 * <pre>
 * 02 02                                  version 2, a delta
 * 00 0a 6e 6f 64 65 30 30 30 31          node 0 of the table, a new one: "node0001"
 * 00 01                                  after clock 0, one operation
 * 22 20 00                               of 34 bytes; adds 32 bytes: no previous ref
 * 00 0c 72 6f 6f 6d 3a 6c 6f 62 62 79    topic 0 of the table, a new one: "room:lobby"
 * 05 61 6e 61                            "ana"
 * 10 7b 22 6e 61 6d 65 22 3a 22 41 6e 61 22 7d    {"name":"Ana"}
 * 00                                     removes nothing
 * </pre>
 *
 * <p>Nodes of several versions run at once, so a field is only ever appended: to a message, or to
 * an element, where it adds nothing to the tables (who skips it would count otherwise). Readers
 * skip what they do not know, and read an unknown {@link Reason} as {@link Reason#CLOSED}.
 */
public final class PresenceCodec {
  private static final int VERSION = 2;

  private PresenceCodec() {}

  /**
   * Writes a message.
   *
   * @throws IllegalArgumentException when an operation adds an entry whose ref is not its own, or a
   *     relay is to pass on another
   */
  public static Buffer encode(PresenceMessage message) {
    PresenceWriter out = write(message);
    return Buffer.buffer(out.length()).appendBytes(out.bytes(), 0, out.length());
  }

  /**
   * Reads a message.
   *
   * @return empty for one of a kind that only newer nodes know: it is to be ignored
   * @throws IllegalArgumentException when it is malformed or of another version of the format
   */
  public static Optional<PresenceMessage> decode(Buffer bytes) {
    return read(new PresenceReader(bytes.getBytes()), true);
  }

  private static PresenceWriter write(PresenceMessage message) {
    Kind kind = Kind.of(message);
    PresenceWriter out = new PresenceWriter();
    out.octet(VERSION);
    out.octet(kind.code);
    switch (kind) {
      case BEAT -> write(out, (Beat) message);
      case DELTA -> write(out, (Delta) message);
      case SNAPSHOT -> write(out, (Snapshot) message);
      case GOODBYE -> write(out, (Goodbye) message);
      case PULL -> write(out, (Pull) message);
      case PULL_PIECE -> write(out, (PullPiece) message);
      case REPLACED -> out.ref(((Replaced) message).ref());
      case DIGEST -> write(out, (Digest) message);
      case READINESS -> write(out, (Readiness) message);
      case DIFF -> write(out, (Diff) message);
      case ASK -> write(out, (Ask) message);
      case ASK_PIECE -> write(out, (AskPiece) message);
      case UNFOLLOW -> write(out, (Unfollow) message);
      case ANSWER -> write(out, (Answer) message);
      case STATE -> write(out, (State) message);
      case RELAY -> write(out, (Relay) message);
      case QUERY -> write(out, (Query) message);
      case RESULT -> write(out, (Result) message);
    }
    return out;
  }

  private static Optional<PresenceMessage> read(PresenceReader in, boolean mayRelay) {
    int version = in.octet();
    if (version != VERSION) {
      throw new IllegalArgumentException("presence message of version " + version);
    }
    Kind kind = Kind.BY_CODE[in.octet()];
    if (kind == null) {
      return Optional.empty();
    }
    if (kind != Kind.RELAY) {
      return Optional.of(read(in, kind));
    }
    if (!mayRelay) {
      throw PresenceReader.malformed("a relay inside a relay");
    }
    return readRelay(in);
  }

  private static PresenceMessage read(PresenceReader in, Kind kind) {
    return switch (kind) {
      case BEAT -> new Beat(in.node(), in.required(), in.number(), in.number());
      case DELTA -> readDelta(in);
      case SNAPSHOT ->
          new Snapshot(in.node(), in.node(), in.number(), in.integer(), in.integer(), in.entries());
      case GOODBYE -> readGoodbye(in);
      case PULL -> new Pull(in.node(), in.node(), in.number());
      case PULL_PIECE -> new PullPiece(in.node(), in.node(), in.number(), in.integer());
      case REPLACED -> new Replaced(in.ref());
      case DIGEST ->
          new Digest(
              in.node(),
              in.required(),
              in.flag(),
              in.epochCounter(),
              readProgress(in),
              in.clocks());
      case READINESS -> new Readiness(in.node(), in.required(), in.flag(), readOthers(in));
      case DIFF -> new Diff(in.topic(), in.position(), in.digest(), in.entries(), readLeaves(in));
      case ASK -> new Ask(in.node(), in.node(), in.nullableNode(), readStandings(in));
      case ASK_PIECE ->
          new AskPiece(
              in.node(), in.node(), in.nullableNode(), in.topic(), in.position(), in.integer());
      case UNFOLLOW -> new Unfollow(in.node(), readTopics(in));
      case ANSWER ->
          new Answer(in.node(), in.clocks(), readStates(in), readSame(in), readElsewhere(in));
      case STATE -> readState(in);
      case QUERY -> new Query(in.topic(), readQueryKind(in), in.required(), in.integer());
      case RESULT -> new Result(in.integer(), in.entries(), in.flag());
      case RELAY -> throw new IllegalStateException("a relay may be empty, see readRelay");
    };
  }

  private static void write(PresenceWriter out, Beat beat) {
    out.node(beat.node());
    out.text(beat.member());
    out.number(beat.number());
    out.number(beat.clock());
  }

  private static void write(PresenceWriter out, Delta delta) {
    out.node(delta.node());
    out.number(delta.from());
    out.number(delta.operations().size());
    for (Operation operation : delta.operations()) {
      int opened = out.open();
      writeAdded(out, delta.node(), operation);
      out.number(operation.removed());
      if (operation.removed() != 0) {
        out.reason(operation.reason());
      }
      out.close(opened);
    }
  }

  private static void writeAdded(PresenceWriter out, NodeId node, Operation operation) {
    Entry added = operation.added();
    int opened = out.open();
    if (added != null) {
      if (added.ref().clock() != operation.clock() || !added.ref().node().equals(node)) {
        throw new IllegalArgumentException(
            added.ref() + " is added by " + node + ":" + operation.clock());
      }
      out.entryAfterRef(added);
    }
    out.close(opened);
  }

  private static Delta readDelta(PresenceReader in) {
    NodeId node = in.node();
    long from = in.number();
    int count = in.count();
    List<Operation> operations = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      operations.add(readOperation(in, node, from + i + 1));
      in.close(outer);
    }
    return new Delta(node, from, operations);
  }

  private static Operation readOperation(PresenceReader in, NodeId node, long clock) {
    int outer = in.open();
    Entry added = in.isEmpty() ? null : in.entryAfterRef(new Ref(node, clock));
    in.close(outer);
    long removed = in.number();
    return new Operation(clock, added, removed, removed == 0 ? null : in.reason());
  }

  private static void write(PresenceWriter out, Snapshot snapshot) {
    out.node(snapshot.node());
    out.node(snapshot.by());
    out.number(snapshot.clock());
    out.number(snapshot.index());
    out.number(snapshot.pieces());
    out.entries(snapshot.entries());
  }

  private static void write(PresenceWriter out, Goodbye goodbye) {
    out.node(goodbye.node());
    out.number(goodbye.clock());
    out.number(goodbye.lingering().size());
    for (Map.Entry<Long, Long> one : goodbye.lingering().entrySet()) {
      int opened = out.open();
      out.number(one.getKey());
      out.number(one.getValue());
      out.close(opened);
    }
    out.number(goodbye.index());
    out.number(goodbye.parts());
  }

  private static Goodbye readGoodbye(PresenceReader in) {
    Goodbye whole = new Goodbye(in.node(), in.number(), readLingering(in));
    // Older nodes say it in one part.
    return in.isEmpty()
        ? whole
        : new Goodbye(whole.node(), whole.clock(), whole.lingering(), in.integer(), in.integer());
  }

  private static Map<Long, Long> readLingering(PresenceReader in) {
    int count = in.count();
    Map<Long, Long> lingering = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      lingering.put(in.number(), in.number());
      in.close(outer);
    }
    return lingering;
  }

  private static void write(PresenceWriter out, Pull pull) {
    out.node(pull.asker());
    out.node(pull.node());
    out.number(pull.after());
  }

  private static void write(PresenceWriter out, PullPiece pull) {
    out.node(pull.asker());
    out.node(pull.node());
    out.number(pull.clock());
    out.number(pull.index());
  }

  private static void write(PresenceWriter out, Digest digest) {
    out.node(digest.replica());
    out.text(digest.member());
    out.flag(digest.ready());
    out.number(digest.epochCounter());
    out.number(digest.nodes().size());
    for (Map.Entry<NodeId, Progress> node : digest.nodes().entrySet()) {
      int opened = out.open();
      out.node(node.getKey());
      out.text(node.getValue().member());
      out.number(node.getValue().clock());
      out.number(node.getValue().beat());
      out.close(opened);
    }
    out.clocks(digest.departed());
  }

  private static Map<NodeId, Progress> readProgress(PresenceReader in) {
    int count = in.count();
    Map<NodeId, Progress> nodes = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      nodes.put(in.node(), new Progress(in.required(), in.number(), in.number()));
      in.close(outer);
    }
    return nodes;
  }

  private static void write(PresenceWriter out, Readiness readiness) {
    out.node(readiness.replica());
    out.text(readiness.member());
    out.flag(readiness.ready());
    out.number(readiness.others().size());
    for (NodeId other : readiness.others()) {
      int opened = out.open();
      out.node(other);
      out.close(opened);
    }
  }

  private static Set<NodeId> readOthers(PresenceReader in) {
    int count = in.count();
    Set<NodeId> others = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      others.add(in.node());
      in.close(outer);
    }
    return others;
  }

  private static void write(PresenceWriter out, Diff diff) {
    out.topic(diff.topic());
    out.position(diff.position());
    out.digest(diff.digest());
    out.entries(diff.joins());
    out.number(diff.leaves().size());
    for (Leave leave : diff.leaves()) {
      int opened = out.open();
      out.ref(leave.ref());
      out.reason(leave.reason());
      out.number(leave.clock());
      out.close(opened);
    }
  }

  private static List<Leave> readLeaves(PresenceReader in) {
    int count = in.count();
    List<Leave> leaves = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      leaves.add(new Leave(in.ref(), in.reason(), in.number()));
      in.close(outer);
    }
    return leaves;
  }

  private static void write(PresenceWriter out, Ask ask) {
    out.node(ask.asker());
    out.node(ask.owner());
    out.nullableNode(ask.via());
    out.number(ask.topics().size());
    for (Map.Entry<String, Standing> topic : ask.topics().entrySet()) {
      int opened = out.open();
      out.topic(topic.getKey());
      out.nullablePosition(topic.getValue().position());
      out.digest(topic.getValue().digest());
      out.close(opened);
    }
  }

  private static Map<String, Standing> readStandings(PresenceReader in) {
    int count = in.count();
    Map<String, Standing> topics = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      topics.put(in.topic(), new Standing(in.nullablePosition(), in.digest()));
      in.close(outer);
    }
    return topics;
  }

  private static void write(PresenceWriter out, AskPiece ask) {
    out.node(ask.asker());
    out.node(ask.owner());
    out.nullableNode(ask.via());
    out.topic(ask.topic());
    out.position(ask.position());
    out.number(ask.index());
  }

  private static void write(PresenceWriter out, Unfollow unfollow) {
    out.node(unfollow.asker());
    out.number(unfollow.topics().size());
    for (String topic : unfollow.topics()) {
      int opened = out.open();
      out.topic(topic);
      out.close(opened);
    }
  }

  private static Set<String> readTopics(PresenceReader in) {
    int count = in.count();
    Set<String> topics = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      topics.add(in.topic());
      in.close(outer);
    }
    return topics;
  }

  private static void write(PresenceWriter out, Answer answer) {
    out.node(answer.owner());
    out.clocks(answer.clocks());
    out.number(answer.states().size());
    for (State state : answer.states()) {
      int opened = out.open();
      write(out, state);
      out.close(opened);
    }
    writeSame(out, answer.same());
    writeElsewhere(out, answer.elsewhere());
  }

  private static List<State> readStates(PresenceReader in) {
    int count = in.count();
    List<State> states = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      states.add(readState(in));
      in.close(outer);
    }
    return states;
  }

  private static void writeSame(PresenceWriter out, Map<String, Position> same) {
    out.number(same.size());
    for (Map.Entry<String, Position> topic : same.entrySet()) {
      int opened = out.open();
      out.topic(topic.getKey());
      out.position(topic.getValue());
      out.close(opened);
    }
  }

  private static Map<String, Position> readSame(PresenceReader in) {
    int count = in.count();
    Map<String, Position> same = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      same.put(in.topic(), in.position());
      in.close(outer);
    }
    return same;
  }

  private static void writeElsewhere(PresenceWriter out, Map<String, NodeId> elsewhere) {
    out.number(elsewhere.size());
    for (Map.Entry<String, NodeId> topic : elsewhere.entrySet()) {
      int opened = out.open();
      out.topic(topic.getKey());
      out.node(topic.getValue());
      out.close(opened);
    }
  }

  private static Map<String, NodeId> readElsewhere(PresenceReader in) {
    int count = in.count();
    Map<String, NodeId> elsewhere = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int outer = in.open();
      elsewhere.put(in.topic(), in.node());
      in.close(outer);
    }
    return elsewhere;
  }

  private static void write(PresenceWriter out, State state) {
    out.topic(state.topic());
    out.position(state.position());
    out.digest(state.digest());
    out.number(state.index());
    out.number(state.pieces());
    out.entries(state.entries());
  }

  private static State readState(PresenceReader in) {
    return new State(
        in.topic(), in.position(), in.digest(), in.integer(), in.integer(), in.entries());
  }

  /** The message inside keeps its own version, kind and tables, as if it came by itself. */
  private static void write(PresenceWriter out, Relay relay) {
    if (relay.message() instanceof Relay) {
      throw new IllegalArgumentException("a relay inside a relay");
    }
    out.node(relay.to());
    out.inner(write(relay.message()));
  }

  private static Optional<PresenceMessage> readRelay(PresenceReader in) {
    NodeId to = in.node();
    return read(in.inner(), false).map(message -> new Relay(to, message));
  }

  private static void write(PresenceWriter out, Query query) {
    out.topic(query.topic());
    out.octet(
        switch (query.kind()) {
          case COUNT -> 0;
          case GET -> 1;
          case PAGE -> 2;
        });
    out.text(query.key());
    out.number(query.limit());
  }

  private static Query.Kind readQueryKind(PresenceReader in) {
    return switch (in.octet()) {
      case 0 -> Query.Kind.COUNT;
      case 1 -> Query.Kind.GET;
      case 2 -> Query.Kind.PAGE;
      default -> throw PresenceReader.malformed("a query of an unknown kind");
    };
  }

  private static void write(PresenceWriter out, Result result) {
    out.number(result.count());
    out.entries(result.entries());
    out.flag(result.more());
  }

  /** The records, each with the byte that names it. A code is never used again for another. */
  private enum Kind {
    BEAT(1, Beat.class),
    DELTA(2, Delta.class),
    SNAPSHOT(3, Snapshot.class),
    GOODBYE(4, Goodbye.class),
    PULL(5, Pull.class),
    PULL_PIECE(6, PullPiece.class),
    REPLACED(7, Replaced.class),
    DIGEST(8, Digest.class),
    READINESS(9, Readiness.class),
    DIFF(10, Diff.class),
    ASK(11, Ask.class),
    ASK_PIECE(12, AskPiece.class),
    UNFOLLOW(13, Unfollow.class),
    ANSWER(14, Answer.class),
    STATE(15, State.class),
    RELAY(16, Relay.class),
    QUERY(17, Query.class),
    RESULT(18, Result.class);

    private static final Kind[] BY_CODE = new Kind[256];
    private static final Map<Class<?>, Kind> BY_TYPE = new HashMap<>();

    static {
      for (Kind kind : values()) {
        BY_CODE[kind.code] = kind;
        BY_TYPE.put(kind.type, kind);
      }
    }

    private final int code;
    private final Class<? extends PresenceMessage> type;

    Kind(int code, Class<? extends PresenceMessage> type) {
      this.code = code;
      this.type = type;
    }

    private static Kind of(PresenceMessage message) {
      return BY_TYPE.get(message.getClass());
    }
  }
}
