package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of each kind of message. Nodes of several versions run at once, so within version 2 of
 * the format none of these may change, but for what is appended.
 *
 * <p>In one message no two fields are alike, so that none can be taken for another. Every set and
 * map has one element, as their order is nobody's promise.
 */
class PresenceWireTest {
  private static final NodeId NODE = new NodeId("node0001");
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final NodeId D = new NodeId("d");
  private static final String UUID = "00112233-4455-6677-8899-aabbccddeeff";
  private static final Position POSITION = new Position(new Epoch(2, D), 5);
  private static final long DIGEST = 0xF1F2F3F4F5F6F7F8L;
  private static final Entry MOVED = new Entry(new Ref(C, 7), new Ref(D, 6), "t", "k", "{}");
  private static final Entry BACK = new Entry(new Ref(A, 7), new Ref(D, 6), "t", "k", "{}");
  private static final State STATE = new State("t", POSITION, DIGEST, 6, 7, List.of(MOVED));

  @ParameterizedTest
  @MethodSource("pinned")
  void aMessageIsTheseBytesAndTheyAreTheMessage(PresenceMessage message, String octets) {
    String hex = octets.replaceAll("\\s", "");
    assertThat(HexFormat.of().formatHex(PresenceCodec.encode(message).getBytes())).isEqualTo(hex);
    assertThat(PresenceCodec.decode(Buffer.buffer(HexFormat.of().parseHex(hex)))).contains(message);
  }

  @Test
  void everyKindHasItsBytes() {
    assertThat(pinned())
        .extracting(one -> one.get()[0])
        .extracting(Object::getClass)
        .hasSameElementsAs(List.of(PresenceMessage.class.getPermittedSubclasses()));
  }

  private static List<Arguments> pinned() {
    return Stream.of(ofTrackers(), deltas(), ofReplicas(), ofOwners(), ofViews(), ofReaders())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Arguments> ofTrackers() {
    return List.of(
        arguments(new Beat(A, "m", 2, 3), "02 01  00 03 61  03 6d  02  03"),
        arguments(
            new Beat(A, UUID, 2, 3),
            "02 01  00 03 61  01 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff  02  03"),
        arguments(
            new Snapshot(A, B, 9, 4, 5, List.of(BACK)),
            """
            02 03  00 03 61  01 03 62  09  04  05
              01  0f  00 07  01 02 03 64 06  00 03 74  03 6b  04 7b 7d
            """),
        arguments(
            new Goodbye(A, 4, Map.of(2L, 3_000L)), "02 04  00 03 61  04  01  03  02  b8 17  00 01"),
        arguments(
            new Goodbye(A, 4, Map.of(2L, 3_000L), 5, 6),
            "02 04  00 03 61  04  01  03  02  b8 17  05 06"));
  }

  private static List<Arguments> deltas() {
    Entry ana = new Entry(new Ref(NODE, 1), null, "room:lobby", "ana", "{\"name\":\"Ana\"}");
    Entry updated = new Entry(new Ref(A, 5), new Ref(A, 2), new Ref(B, 1), "t", "k", "{}");
    Operation update = new Operation(5, updated, 2, Reason.REPLACED);
    Operation untrack = new Operation(6, null, 3, Reason.UNTRACKED);
    return List.of(
        // The one that the documentation of PresenceCodec explains.
        arguments(
            new Delta(NODE, 0, List.of(new Operation(1, ana, 0, null))),
            """
            02 02
            00 0a 6e 6f 64 65 30 30 30 31
            00 01
            22 20 00
            00 0c 72 6f 6f 6d 3a 6c 6f 62 62 79
            05 61 6e 61
            10 7b 22 6e 61 6d 65 22 3a 22 41 6e 61 22 7d
            00
            """),
        arguments(
            new Delta(A, 4, List.of(update, untrack)),
            """
            02 02  00 03 61  04
              02  11  0e  01 00 02  00 03 74  03 6b  04 7b 7d  03 62 01  02 05
                  03  00  03 01
            """));
  }

  private static List<Arguments> ofReplicas() {
    return List.of(
        arguments(new Pull(A, B, 3), "02 05  00 03 61  01 03 62  03"),
        arguments(new PullPiece(A, B, 3, 4), "02 06  00 03 61  01 03 62  03  04"),
        arguments(new Replaced(new Ref(A, 2)), "02 07  00 03 61 02"),
        arguments(
            new Digest(A, "m", true, 2, Map.of(B, new Progress("p", 3, 4)), Map.of(C, 5L)),
            """
            02 08  00 03 61  03 6d  01  02
              01  07  01 03 62  03 70  03  04
              01  04  02 03 63  05
            """),
        arguments(
            new Readiness(A, "m", false, Set.of(B)),
            "02 09  00 03 61  03 6d  00  01  03  01 03 62"),
        arguments(
            new Relay(B, new Replaced(new Ref(A, 2))), "02 10  00 03 62  06  02 07  00 03 61 02"));
  }

  private static List<Arguments> ofOwners() {
    return List.of(
        arguments(
            new Diff("t", POSITION, DIGEST, List.of(MOVED), oneOfEachReason()),
            """
            02 0a  00 03 74  02 00 03 64 05  f1 f2 f3 f4 f5 f6 f7 f8
              01  0d  01 03 63 07  01 00 06  00  03 6b  04 7b 7d
              06  06  02 03 61 08  00  09
                  04  02 0a  01  0b
                  04  02 0c  02  0d
                  04  02 0e  03  0f
                  04  02 10  04  00
                  04  02 12  05  13
            """),
        arguments(
            new Answer(
                A,
                Map.of(B, Long.MAX_VALUE),
                List.of(STATE),
                Map.of("s", new Position(new Epoch(8, D), 9)),
                Map.of("e", C)),
            """
            02 0e  00 03 61
              01  0c  01 03 62  ff ff ff ff ff ff ff ff 7f
              01  21  00 03 74  02 02 03 64 05  f1 f2 f3 f4 f5 f6 f7 f8  06  07
                  01  0d  03 03 63 07  01 02 06  00  03 6b  04 7b 7d
              01  06  01 03 73  08 02 09
              01  04  02 03 65  03
            """),
        arguments(
            STATE,
            """
            02 0f  00 03 74  02 00 03 64 05  f1 f2 f3 f4 f5 f6 f7 f8  06  07
              01  0d  01 03 63 07  01 00 06  00  03 6b  04 7b 7d
            """));
  }

  private static List<Leave> oneOfEachReason() {
    return List.of(
        new Leave(new Ref(A, 8), Reason.CLOSED, 9),
        new Leave(new Ref(A, 10), Reason.UNTRACKED, 11),
        new Leave(new Ref(A, 12), Reason.IDLE, 13),
        new Leave(new Ref(A, 14), Reason.KICKED, 15),
        new Leave(new Ref(A, 16), Reason.NODE_DOWN, 0),
        new Leave(new Ref(A, 18), Reason.REPLACED, 19));
  }

  private static List<Arguments> ofViews() {
    return List.of(
        arguments(
            new Ask(A, B, C, Map.of("t", new Standing(POSITION, DIGEST))),
            """
            02 0b  00 03 61  01 03 62  01 02 03 63
              01  11  00 03 74  01 02 03 03 64 05  f1 f2 f3 f4 f5 f6 f7 f8
            """),
        arguments(
            new Ask(A, B, null, Map.of("t", Standing.NONE)),
            """
            02 0b  00 03 61  01 03 62  00
              01  0c  00 03 74  00  00 00 00 00 00 00 00 00
            """),
        arguments(
            new AskPiece(A, B, C, "t", POSITION, 6),
            "02 0c  00 03 61  01 03 62  01 02 03 63  00 03 74  02 03 03 64 05  06"),
        arguments(new Unfollow(A, Set.of("t")), "02 0d  00 03 61  01  03  00 03 74"));
  }

  private static List<Arguments> ofReaders() {
    return List.of(
        arguments(new Query("t", Query.Kind.COUNT, "", 3), "02 11  00 03 74  00  02  03"),
        arguments(new Query("t", Query.Kind.GET, "é", 3), "02 11  00 03 74  01  04 c3 a9  03"),
        arguments(new Query("t", Query.Kind.PAGE, "k", 3), "02 11  00 03 74  02  03 6b  03"),
        arguments(
            new Result(2, List.of(MOVED), true),
            """
            02 12  02
              01  11  00 03 63 07  01 01 03 64 06  00 03 74  03 6b  04 7b 7d
              01
            """));
  }
}
