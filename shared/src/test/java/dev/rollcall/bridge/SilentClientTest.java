package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who says nothing, or next to nothing, is waited for a while and then let go. */
@ExtendWith(Targets.class)
class SilentClientTest {
  private static final int OF_EACH_KIND = 20;
  private static final long LONGEST_SECONDS = 35;
  private static final long DRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** All kinds at once: what takes long is to wait for them. */
  @Test
  void whoIsSilentIsLetGo(Target target) throws IOException {
    Map<String, List<RawClient>> silent = new LinkedHashMap<>();
    try (Bystander bystander = new Bystander(target)) {
      for (int i = 0; i < OF_EACH_KIND; i++) {
        add(silent, "nothing", RawClient.connect(target.port()));
        add(silent, "half a request", half(target));
        add(silent, "half a body", halfABody(target));
        add(silent, "a request, then nothing", answered(target));
        add(silent, "an upgrade, then nothing", RawClient.open(target, "eve"));
        add(silent, "a place, then nothing", RawClient.open(target, "eve").registered("here:a"));
        add(silent, "half a frame", frameOf(target, Bytes.claim(Bytes.TEXT, 60_000)));
        add(silent, "half a message", frameOf(target, Bytes.frame(1, new byte[60_000])));
      }
      List<RawClient> dripping = List.of(half(target), halfABody(target), halfABody(target));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
      while (target.connections() > 1 || !haveEnded(dripping)) {
        assertThat(System.nanoTime()).as("all are let go in time").isLessThan(end);
        dripping.forEach(client -> client.pour(new byte[] {'x'}));
        LockSupport.parkNanos(DRIP_NANOS);
      }
      for (Map.Entry<String, List<RawClient>> kind : silent.entrySet()) {
        for (RawClient client : kind.getValue()) {
          assertThat(client.waitAtMost(3_000).hasEnded()).as(kind.getKey()).isTrue();
          client.close();
        }
      }
      bystander.assertUndisturbed("silence");
      target.awaitConnections(1);
    }
    target.awaitConnections(0);
  }

  private static void add(Map<String, List<RawClient>> kinds, String kind, RawClient client) {
    kinds.computeIfAbsent(kind, name -> new ArrayList<>()).add(client);
  }

  private static RawClient half(Target target) throws IOException {
    return RawClient.connect(target.port()).write(Bytes.utf8("GET /me HTTP/1.1\r\nHost: a\r\nX: "));
  }

  private static RawClient halfABody(Target target) throws IOException {
    byte[] head = RawClient.request("POST /login", Map.of("Host", "a", "Content-Length", "1000"));
    return RawClient.connect(target.port()).write(Bytes.join(head, Bytes.utf8("{")));
  }

  private static RawClient answered(Target target) throws IOException {
    RawClient client = RawClient.connect(target.port());
    client.write(RawClient.request("GET /me", Map.of("Host", "a")));
    assertThat(client.head()).startsWith("HTTP/1.1 401 ");
    return client;
  }

  private static RawClient frameOf(Target target, byte[] begun) throws IOException {
    return RawClient.open(target, "eve").write(begun);
  }

  private static boolean haveEnded(List<RawClient> clients) throws IOException {
    for (RawClient client : clients) {
      try {
        if (!client.waitAtMost(1).hasEnded()) {
          return false;
        }
      } catch (SocketTimeoutException open) {
        return false;
      }
    }
    return true;
  }

  @ParameterizedTest
  @ValueSource(strings = {"X", "Cookie", "Sec-WebSocket-Key", "Authorization", "Host", "Origin"})
  void aHeadWithoutEndIsRefused(String header, Target target) throws IOException {
    try (RawClient client = RawClient.connect(target.port())) {
      String head = "GET /eventbus/websocket HTTP/1.1\r\n" + header + ": ";
      client.pour(Bytes.utf8(head + "x".repeat(100_000)));
      assertThat(client.hasEnded()).isTrue();
    }
    target.awaitConnections(0);
  }

  @Test
  void aLineWithoutEndIsRefusedAndSoAreHeadersWithoutNumber(Target target) throws IOException {
    for (String head :
        new String[] {"/".repeat(100_000), "/ HTTP/1.1" + "\r\na: b".repeat(9_999)}) {
      try (RawClient client = RawClient.connect(target.port())) {
        client.pour(Bytes.utf8("GET " + head));
        assertThat(client.hasEnded()).isTrue();
      }
    }
  }
}
