package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PresenceCodecTest {
  private final Random random = new Random(7);

  @Test
  void everyKindComesBackAsItWas() {
    for (int round = 0; round < 100; round++) {
      for (PresenceMessage message : oneOfEachKind()) {
        assertThat(PresenceCodec.decode(PresenceCodec.encode(message))).isEqualTo(message);
      }
    }
  }

  @Test
  void everyKindIsTested() {
    assertThat(oneOfEachKind())
        .extracting(Object::getClass)
        .hasSameElementsAs(List.of(PresenceMessage.class.getPermittedSubclasses()));
  }

  @Test
  void whatIsOfNoKnownVersionOrKindIsRefused() {
    for (String bad :
        List.of("{}", "{\"v\":2,\"k\":\"beat\"}", "{\"v\":1}", "{\"v\":1,\"k\":\"x\"}")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PresenceCodec.decode(Buffer.buffer(bad)));
    }
  }

  private List<PresenceMessage> oneOfEachKind() {
    long from = number();
    List<Operation> operations =
        List.of(
            new Operation(from + 1, entry(), null),
            new Operation(from + 2, null, ref()),
            new Operation(from + 3, entry(), ref()));
    Map<String, Position> asked = new HashMap<>(Map.of(text(), position()));
    asked.put("room:null", null);
    return List.of(
        new Beat(node(), text(), number(), number()),
        new Delta(node(), from, operations),
        new Snapshot(node(), number(), some(this::entry)),
        new Goodbye(node(), number()),
        new Pull(node(), number()),
        new Digest(
            node(),
            text(),
            random.nextBoolean(),
            number(),
            Map.of(node(), new Progress(text(), number(), number()))),
        new Readiness(node(), text(), random.nextBoolean()),
        new Diff(text(), position(), some(this::entry), some(this::entry)),
        new Ask(asked),
        new Answer(some(() -> new State(text(), position(), some(this::entry)))));
  }

  private <T> List<T> some(Supplier<T> one) {
    List<T> some = new ArrayList<>();
    for (int count = random.nextInt(4); count > 0; count--) {
      some.add(one.get());
    }
    return some;
  }

  private Entry entry() {
    return new Entry(ref(), random.nextBoolean() ? ref() : null, text(), text(), "{\"a\":1}");
  }

  private Position position() {
    return new Position(new Epoch(number(), node()), number());
  }

  private Ref ref() {
    return new Ref(node(), 1 + number());
  }

  private NodeId node() {
    return new NodeId("n_" + Long.toHexString(random.nextLong()));
  }

  private long number() {
    return random.nextLong(1L << (1 + random.nextInt(60)));
  }

  private String text() {
    return "\"ä\u2028:" + random.nextInt() + "\\";
  }
}
