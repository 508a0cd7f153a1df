package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many connections, and connections again and again, take no more than their share. */
class CrowdTest {
  private static final int OF_A_USER = 10;
  private static final int OF_AN_ADDRESS = 50;
  private static final int AGAIN = 500;
  private static final int CYCLES = 10_000;

  private static Target target;
  private Bystander bystander;

  @BeforeAll
  static void startNode() throws IOException {
    target =
        Target.start(
            Map.of(
                "ROLLCALL_MAX_FRAMES_PER_SECOND", "1000000",
                "ROLLCALL_MAX_CONNECTIONS_PER_USER", Integer.toString(OF_A_USER),
                "ROLLCALL_MAX_CONNECTIONS_PER_ADDRESS", Integer.toString(OF_AN_ADDRESS)));
  }

  @AfterAll
  static void stopNode() {
    target.close();
  }

  @BeforeEach
  void start() throws IOException {
    bystander = new Bystander(target);
  }

  @AfterEach
  void stop() throws IOException {
    target.awaitConnections(1);
    bystander.close();
    target.awaitConnections(0);
  }

  @Test
  void aUserAndAnAddressHaveSoManyAndThenMoreOnceTheyLeave() throws IOException {
    List<RawClient> open = new ArrayList<>();
    for (int i = 0; i < OF_A_USER; i++) {
      open.add(RawClient.open(target, "eve"));
    }
    assertRefused("eve");
    for (int i = OF_A_USER + 1; i < OF_AN_ADDRESS; i++) {
      open.add(RawClient.open(target, "user" + i));
    }
    assertRefused("ana");
    for (RawClient client : open) {
      client.close();
    }
    target.awaitConnections(1);
    RawClient.open(target, "eve").close();
    bystander.assertUndisturbed("a crowd");
  }

  private static void assertRefused(String user) throws IOException {
    try (RawClient client = RawClient.connect(target.port())) {
      client.write(RawClient.handshake(target, user, "/eventbus/websocket"));
      assertThat(client.head()).startsWith("HTTP/1.1 429 ").containsIgnoringCase("retry-after");
    }
  }

  /** Some go before they are answered, some with what they want still on its way. */
  @Test
  void whoComesAndGoesAgainAndAgainLeavesNothing() throws IOException {
    byte[] handshake = RawClient.handshake(target, "eve", "/eventbus/websocket");
    byte[] all = Bytes.join(handshake, Bytes.text("{'type':'register','address':'here:a'}"));
    for (int i = 0; i < AGAIN; i++) {
      RawClient hasty = RawClient.connect(target.port()).write(i % 2 == 0 ? handshake : all);
      if (i % 3 == 0) {
        hasty.head();
      }
      hasty.reset();
    }
    bystander.assertUndisturbed("connections that are reset");
  }

  @Test
  void whoAppearsAndVanishesAgainAndAgainLeavesNothing() throws IOException {
    byte[] cycle =
        Bytes.join(
            Bytes.text("{'type':'register','address':'here:a'}"),
            Bytes.text("{'type':'unregister','address':'here:a'}"));
    try (RawClient client = RawClient.open(target, "eve")) {
      for (int i = 0; i < CYCLES / 100; i++) {
        client.write(Bytes.times(100, cycle));
      }
      client.registered("here:b");
      Target.awaitThat("one topic is left", () -> target.present() == 1);
    }
  }

  @Test
  void ofTenThousandTopicsAClientGetsAHundred() throws IOException {
    double refused = refusedTopics();
    try (RawClient client = RawClient.open(target, "eve")) {
      for (int i = 0; i < CYCLES; i++) {
        client.register("room:" + i);
        if (i >= Limits.MAX_TOPICS) {
          assertThat(client.frame().text()).contains("max_handlers_reached");
        }
      }
      assertThat(target.subscriptions()).isEqualTo(Limits.MAX_TOPICS + 1);
      assertThat(refusedTopics() - refused).isEqualTo(CYCLES - Limits.MAX_TOPICS);
    }
    bystander.assertUndisturbed("ten thousand registers");
  }

  private static double refusedTopics() {
    String code = ErrorCode.MAX_HANDLERS_REACHED.toString();
    return target.count("rollcall.bridge.refused", "code", code);
  }
}
