package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who does not read costs so much and no more, and then nothing. */
@ExtendWith({Targets.class, Bystanders.class})
class SlowReaderTest {
  private static final int CROWD = 1_000;
  private static final long MAX_LEFT_BYTES_EACH = 4_096;
  private static final int SMALL_BUFFER = 4_096;
  private static final JsonObject LARGE = new JsonObject().put("text", "x".repeat(8_192));
  private static final int MAX_BROADCASTS = 2_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  @Test
  void whoDoesNotReadWhatMustNotBeLostIsSentAway(Target target, Bystander bystander)
      throws IOException {
    try (RawClient slow = slow(target, "eve", "room:busy")) {
      broadcastUntilOnlyOneIsThere(target, "room:busy");
      assertThat(slow.status()).isEqualTo(CloseCode.SLOW_CONSUMER.status());
    }
    bystander.assertUndisturbed("a slow reader");
  }

  @Test
  void aThousandWhoDoNotReadShareWhatOneMayHave(Target target, Bystander bystander)
      throws IOException {
    crowdThatDoesNotRead(target);
    long heapBefore = Target.heapBytes();
    long socketsBefore = Target.socketBytes();
    long most = crowdThatDoesNotRead(target);
    long heap = Target.heapBytes() - heapBefore;
    long sockets = Target.socketBytes() - socketsBefore;
    System.out.printf(
        "%d slow readers: %d KiB waited at most; afterwards heap %+d KiB, sockets %+d KiB%n",
        CROWD, most / 1024, heap / 1024, sockets / 1024);
    assertThat(most).isLessThan(2 * Limits.MAX_WAITING_BYTES_IN_ALL);
    assertThat(heap).isLessThan(CROWD * MAX_LEFT_BYTES_EACH);
    assertThat(sockets).isLessThan(CROWD * MAX_LEFT_BYTES_EACH);
    bystander.assertUndisturbed("a thousand slow readers");
  }

  private static long crowdThatDoesNotRead(Target target) throws IOException {
    List<RawClient> slow = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      slow.add(slow(target, "eve" + i % 20, "room:busy"));
    }
    long most = broadcastUntilOnlyOneIsThere(target, "room:busy");
    target.awaitConnections(1);
    for (RawClient each : slow) {
      each.close();
    }
    return most;
  }

  private static RawClient slow(Target target, String user, String topic) throws IOException {
    return RawClient.connect(target.port(), SMALL_BUFFER).upgrade(target, user).registered(topic);
  }

  /** No faster than a thousand can be told: the slow are held against the node, not the talk. */
  private static long broadcastUntilOnlyOneIsThere(Target target, String topic) {
    long most = 0;
    for (int i = 0; target.connections() > 1; i++) {
      assertThat(i).as("broadcasts until the slow ones are sent away").isLessThan(MAX_BROADCASTS);
      target.broadcastInTurn(topic, "said", LARGE);
      most = Math.max(most, Target.socketBytes());
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return most;
  }

  @Test
  void whoWantsTheLatestGetsItWhenItReadsAgain(Target target, Bystander bystander)
      throws IOException {
    try (RawClient slow = slow(target, "eve", "latest")) {
      double before = target.count("rollcall.bridge.conflated");
      long waiting = Target.socketBytes();
      int last = 0;
      while (target.count("rollcall.bridge.conflated") < before + 500) {
        last++;
        assertThat(last).isLessThan(MAX_BROADCASTS);
        target.broadcast("latest", "stats", LARGE.copy().put("n", last));
        LockSupport.parkNanos(PAUSE_NANOS / 25);
      }
      assertThat(Target.socketBytes() - waiting).isLessThan(8L * Limits.MAX_WAITING_BYTES);
      int heard = 1;
      while (!slow.frame().text().contains("\"n\":" + last + "}")) {
        heard++;
      }
      assertThat(heard).isLessThan(last - 400);
    }
    bystander.assertUndisturbed("one who wants the latest");
  }

  /** They are sent away from both topics in one turn, and each turn has many to tell. */
  @Test
  void whoIsSentAwayTakesNothingFromTheOthers(Target target) throws IOException {
    try (RawClient good = RawClient.open(target, "ana").registered("room:x")) {
      List<RawClient> slow = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        slow.add(slow(target, "eve" + i, "room:x"));
        slow.get(i).registered("room:y");
      }
      int said = 0;
      while (target.connections() > 2) {
        assertThat(said).isLessThan(MAX_BROADCASTS);
        target.inOneTurn("room:x", said, "room:y", LARGE, 10);
        for (int i = 0; i < 10; i++) {
          assertThat(good.untilText("\"n\":").contains("\"n\":" + said + "}")).isTrue();
          said++;
        }
      }
      for (RawClient each : slow) {
        each.close();
      }
    }
  }
}
