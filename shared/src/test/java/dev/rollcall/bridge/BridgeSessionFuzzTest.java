package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Any frames, in any order, answered in any order or not at all: a session never throws, does
 * nothing that makes no sense (the {@link Recorder} sees to that), and leaves nothing behind. Each
 * run follows from its seed, which a failure names.
 */
class BridgeSessionFuzzTest {
  private static final int RUNS = 3_000;
  private static final int STEPS = 200;
  private static final List<String> TOPICS =
      List.of("room:a", "room:b", "here:a", "here:b", "log:a", "log:b", "none", "", " ");

  @Test
  void whateverComesNothingIsLeftBehind() {
    for (long seed = 0; seed < RUNS; seed++) {
      try {
        new Run(seed).play();
      } catch (RuntimeException | AssertionError fault) {
        throw new AssertionError("seed " + seed, fault);
      }
    }
  }

  private static final class Run {
    private final Random random;
    private final Recorder out = new Recorder();
    private final List<long[]> tickets = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final BridgeSession session;
    private int services;
    private long nowMillis = 1_000;
    private long nowSeconds = 1_000;

    Run(long seed) {
      random = new Random(seed);
      session =
          new BridgeSession(
              identity("ana", 900, 1_000 + random.nextInt(5_000)),
              policies(),
              new Limits(1 + random.nextInt(100), 1, 1, 1, 0),
              out,
              nowMillis);
      if (random.nextBoolean()) {
        out.answerAtOnce(new AtOnce());
      }
    }

    /** What is answered, and what goes wrong, while the session has not returned yet. */
    private final class AtOnce implements Recorder.Answers {
      @Override
      public void authorised(String topic, long ticket) {
        if (random.nextInt(4) > 0) {
          session.registrations().authorised(topic, ticket, pick(List.of(Verdict.values())));
        }
      }

      @Override
      public void joined() {
        rejectOnceIn(100);
      }

      @Override
      public void appeared(String topic) {
        rejectOnceIn(100);
        if (random.nextBoolean()) {
          session.registrations().appeared(topic, random.nextBoolean() ? null : ref());
        }
      }

      @Override
      public void replayed(String topic) {
        rejectOnceIn(100);
        if (random.nextBoolean()) {
          session.registrations().replayed(topic, random.nextInt(9), random.nextBoolean());
        }
      }

      @Override
      public void written() {
        rejectOnceIn(500);
      }

      private void rejectOnceIn(int times) {
        if (random.nextInt(times) == 0) {
          session.reject(CloseCode.SLOW_CONSUMER);
        }
      }
    }

    private static Policies policies() {
      Policies policies = new Policies();
      policies.addTopic("room:*", TopicPolicy.everyone());
      policies.addTopic("here:*", TopicPolicy.everyone().present((u, t) -> new JsonObject()));
      policies.addTopic(
          "log:*",
          TopicPolicy.everyone()
              .present((u, t) -> new JsonObject())
              .replay(
                  new History() {
                    @Override
                    public Future<Long> last(String topic) {
                      return Future.succeededFuture(0L);
                    }

                    @Override
                    public Future<List<Message>> after(String topic, long position, int limit) {
                      return Future.succeededFuture(List.of());
                    }
                  }));
      policies.addSend("echo", user -> true);
      policies.addPublish("echo", user -> true);
      return policies;
    }

    void play() {
      for (int step = 0; step < STEPS; step++) {
        nowMillis += random.nextInt(random.nextInt(20) == 0 ? 15_000 : 50);
        nowSeconds += random.nextInt(30);
        step(random.nextInt(20));
        assertThat(session.registrations().count()).isLessThanOrEqualTo(Limits.MAX_TOPICS);
      }
      session.end(pick(List.of(Departure.values())));
      assertThat(out.closed()).isNotNull();
      assertThat(out.joined()).isEmpty();
      assertThat(out.present()).isEmpty();
      assertThat(session.registrations().count()).isZero();
      step(0);
      answer();
      session.tick(nowMillis + 100_000, nowSeconds);
    }

    private void step(int kind) {
      switch (kind) {
        case 0, 1, 2, 3, 4, 5, 6 -> receive(frame());
        case 7 -> receive(mangled(frame()));
        case 8 -> session.tick(nowMillis, nowSeconds);
        case 9 -> session.registrations().reauthorise();
        case 10 -> session.heard(nowMillis);
        case 11 -> rare();
        case 12 -> session.registrations().taken(pick(TOPICS));
        default -> answer();
      }
    }

    private void rare() {
      switch (random.nextInt(12)) {
        case 0 -> session.reject(CloseCode.SLOW_CONSUMER);
        case 1 -> session.reject(CloseCode.PROTOCOL_ERROR);
        case 2 -> session.revoke(random.nextInt(2_000));
        case 3 -> session.drain(random.nextInt(10_000), nowMillis);
        case 4 -> session.end(Departure.CUT);
        case 5 -> receive(Buffer.buffer());
        default -> session.tick(nowMillis, nowSeconds);
      }
    }

    private void receive(Buffer frame) {
      long before = out.lastTicket();
      session.receive(frame, nowMillis);
      if (out.lastTicket() != before) {
        tickets.add(new long[] {out.lastTicket()});
        asked.add(out.lastAsked());
      }
    }

    /** Answers something that was asked, or something that was not. */
    private void answer() {
      switch (random.nextInt(6)) {
        case 0, 1 -> authorise();
        case 2 ->
            session.registrations().appeared(pick(TOPICS), random.nextBoolean() ? null : ref());
        case 3 ->
            session.registrations().replayed(pick(TOPICS), random.nextInt(9), random.nextBoolean());
        case 4 -> reply();
        default -> session.renewed(random.nextBoolean() ? "r" : null, identity());
      }
    }

    private void authorise() {
      if (!asked.isEmpty()) {
        int which = random.nextInt(asked.size());
        session
            .registrations()
            .authorised(asked.get(which), tickets.get(which)[0], pick(List.of(Verdict.values())));
      }
    }

    private void reply() {
      if (out.requests().isEmpty()) {
        return;
      }
      String replyAddress = out.requests().iterator().next();
      out.requests().remove(replyAddress);
      if (random.nextInt(3) == 0) {
        session.failed(replyAddress, new IllegalStateException());
        return;
      }
      String awaits = random.nextBoolean() ? null : "bus." + ++services;
      if (awaits != null && !session.hasEnded()) {
        out.awaits(awaits);
      }
      Reply reply = new Reply(replyAddress, new JsonObject(), MultiMap.caseInsensitiveMultiMap());
      session.answered(reply, awaits, nowMillis);
    }

    private Identity identity() {
      return random.nextInt(3) == 0
          ? null
          : identity(random.nextBoolean() ? "ana" : "bob", nowSeconds, nowSeconds + 1_000);
    }

    private static Identity identity(String user, long issuedAt, long expiresAt) {
      return new Identity(new BridgeUser(user, new JsonObject()), issuedAt, expiresAt);
    }

    private static Ref ref() {
      return Ref.parse("node:1");
    }

    private Buffer frame() {
      JsonObject frame = new JsonObject();
      frame.put("type", pick(List.of("register", "unregister", "send", "publish", "ping", "x")));
      frame.put("address", random.nextInt(3) > 0 ? pick(TOPICS) : address());
      if (random.nextInt(3) == 0) {
        frame.put("replyAddress", "r" + random.nextInt(1_000));
      }
      if (random.nextInt(4) == 0) {
        frame.put("headers", headers());
      }
      if (random.nextInt(8) == 0) {
        frame.put("address", "rollcall.token").put("body", new JsonObject().put("token", "t"));
      }
      if (random.nextInt(8) == 0) {
        String field = pick(List.of("type", "address", "headers", "replyAddress", "body"));
        frame.put(field, odd());
      }
      return frame.toBuffer();
    }

    private String address() {
      return random.nextBoolean() ? "echo" : "bus." + (1 + random.nextInt(services + 1));
    }

    private JsonObject headers() {
      return new JsonObject()
          .put("position", pick(List.of("3", "0", "-1", "x", "99999999999999999999")))
          .put("phx_ref", pick(List.of("node:7", ":1", "x", "node:0", "node:")));
    }

    private Object odd() {
      return switch (random.nextInt(6)) {
        case 0 -> 7;
        case 1 -> true;
        case 2 -> new JsonArray().add(1);
        case 3 -> new JsonObject().put("a", "b");
        case 4 -> "x".repeat(random.nextInt(400));
        default -> "\ud800\u0000";
      };
    }

    private Buffer mangled(Buffer frame) {
      byte[] bytes = frame.getBytes();
      if (random.nextBoolean()) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        return Buffer.buffer(bytes);
      }
      String cut = frame.toString().substring(0, random.nextInt(bytes.length));
      return Buffer.buffer(cut.getBytes(StandardCharsets.UTF_8));
    }

    private <T> T pick(List<T> from) {
      return from.get(random.nextInt(from.size()));
    }
  }
}
