package dev.rollcall.bridge;

import static dev.rollcall.bridge.Bytes.frame;
import static dev.rollcall.bridge.Bytes.join;
import static dev.rollcall.bridge.Bytes.text;
import static dev.rollcall.bridge.Bytes.times;
import static dev.rollcall.bridge.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who pours out frames of whatever kind, and reads nothing of what they are answered, is sent away
 * before it costs anything: the answers do not pile up, and those beside it feel nothing.
 */
@ExtendWith({Targets.class, Bystanders.class})
class FloodTest {
  private static final int BYTES = 8 * 1024 * 1024;
  private static final int SEGMENT = 64 * 1024;
  private static final int MANY = 1_500;
  private static final int WARM_UP = 600;
  private static final String SOCK_JS = "/eventbus/000/flood/websocket";
  private static final int FLOODERS = 4;
  private static final long MAX_SECONDS = 10;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long MAX_PILED_BYTES = 48L * 1024 * 1024;

  /** So that what is measured is not how long a JVM takes that has seen none of this. */
  @BeforeAll
  static void warmUp(Target target) throws IOException {
    for (Arguments flood : floods().toList()) {
      byte[] each = (byte[]) flood.get()[2];
      try (RawClient client = RawClient.open(target, "eve")) {
        client.write((byte[]) flood.get()[1]);
        client.pour(WARM_UP, each);
      }
    }
    for (Arguments flood : floodsOfSockJs().toList()) {
      for (int i = 0; i < FLOODERS; i++) {
        try (RawClient client = RawClient.connect(target.port())) {
          client.upgrade(target, "eve", SOCK_JS).pour(WARM_UP, (byte[]) flood.get()[1]);
        }
      }
    }
    target.awaitConnections(0);
  }

  static Stream<Arguments> floods() {
    byte[] begun = frame(Bytes.TEXT_WITH_MORE, utf8(" "));
    return Stream.of(
        Arguments.of("pings", new byte[0], frame(Bytes.PING, new byte[125])),
        Arguments.of("empty pings", new byte[0], frame(Bytes.PING, new byte[0])),
        Arguments.of("pongs", new byte[0], frame(Bytes.PONG, new byte[0])),
        Arguments.of("parts", begun, frame(Bytes.MORE, utf8(" "))),
        Arguments.of("empty parts", begun, frame(Bytes.MORE, new byte[0])),
        Arguments.of("empty frames", new byte[0], frame(Bytes.BINARY, new byte[0])),
        Arguments.of("garbage", new byte[0], text("}{")),
        Arguments.of("heartbeats", new byte[0], text("{'type':'ping'}")),
        Arguments.of("deep arrays", new byte[0], text("[".repeat(Limits.MAX_FRAME_BYTES))),
        Arguments.of(
            "sends",
            new byte[0],
            text(
                "{'type':'send','address':'echo','replyAddress':'r','body':'"
                    + "x".repeat(200)
                    + "'}")),
        Arguments.of(
            "registers",
            new byte[0],
            join(
                text("{'type':'register','address':'here:flood','replyAddress':'r'}"),
                text("{'type':'unregister','address':'here:flood','replyAddress':'r'}"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void whoFloodsIsSentAway(
      String name, byte[] first, byte[] each, Target target, Bystander bystander)
      throws IOException, InterruptedException {
    flood(target, bystander, "/eventbus/websocket", name, first, each);
  }

  static Stream<Arguments> floodsOfSockJs() {
    String ping = "\"{\\\"type\\\":\\\"ping\\\"}\"";
    String many = "[" + (ping + ",").repeat(5_000) + ping + "]";
    return Stream.of(
        Arguments.of("empty arrays", text("[]")),
        Arguments.of("long empty arrays", text("[" + " ".repeat(120_000) + "]")),
        Arguments.of("messages by the thousand", frame(Bytes.TEXT, utf8(many))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floodsOfSockJs")
  void whoFloodsOverSockJsIsSentAway(String name, byte[] each, Target target, Bystander bystander)
      throws IOException, InterruptedException {
    flood(target, bystander, SOCK_JS, name, new byte[0], each);
  }

  private void flood(
      Target target, Bystander bystander, String path, String name, byte[] first, byte[] each)
      throws IOException, InterruptedException {
    int together = Math.max(1, SEGMENT / each.length);
    byte[] flood = times(together, each);
    int pours = Math.max(MANY / together, BYTES / flood.length);
    long before = Target.socketBytes();
    double sentAwayBefore = sentAway(target);
    List<RawClient> clients = new ArrayList<>();
    List<Thread> pouring = new ArrayList<>();
    for (int i = 0; i < FLOODERS; i++) {
      RawClient client = RawClient.connect(target.port(), 4_096).upgrade(target, "eve", path);
      clients.add(client);
      client.write(first);
      pouring.add(new Thread(() -> client.pour(pours, flood), "flood"));
    }
    pouring.forEach(Thread::start);
    long piled = 0;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_SECONDS);
    while (sentAway(target) < sentAwayBefore + FLOODERS) {
      assertThat(System.nanoTime()).as("%s: all are sent away", name).isLessThan(deadline);
      piled = Math.max(piled, Target.socketBytes() - before);
      LockSupport.parkNanos(LOOK_NANOS);
    }
    for (int i = 0; i < FLOODERS; i++) {
      clients.get(i).close();
      pouring.get(i).join();
    }
    System.out.printf("%s: %d KiB piled up%n", name, piled / 1024);
    assertThat(piled).isLessThan(MAX_PILED_BYTES);
    bystander.assertUndisturbed(name);
  }

  private static double sentAway(Target target) {
    return target.count("rollcall.bridge.closed", "reason", CloseCode.RATE_LIMITED.reason());
  }
}
