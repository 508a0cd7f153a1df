package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes wrong with one client is nobody else's. */
class BridgeLoopTest {
  private static TestNodes.Served served;

  @BeforeAll
  static void start() throws IOException {
    served = TestNodes.start(Map.of(), (node, router) -> {});
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  /** Takes what is written, or fails as often as it is told to. */
  private static final class Scripted implements Outlet {
    final List<String> written = new ArrayList<>();
    final AtomicInteger ended = new AtomicInteger();
    Connection connection;
    Throwable fault;
    Error faultOfClose;
    volatile CloseCode closed;
    volatile boolean behind;

    @Override
    public void write(Batch batch) {
      if (fault instanceof Error error) {
        throw error;
      } else if (fault instanceof RuntimeException exception) {
        throw exception;
      }
      batch.messages().forEach(message -> written.add(message.text()));
    }

    @Override
    public void flush() {}

    @Override
    public boolean isBehind() {
      return behind;
    }

    @Override
    public long waitingBytes() {
      return 0;
    }

    @Override
    public void ping() {}

    @Override
    public void close(CloseCode code) {
      closed = code;
      if (faultOfClose != null) {
        throw faultOfClose;
      }
    }
  }

  private BridgeLoop loop() {
    Policies policies = new Policies();
    policies.addTopic("room:*", TopicPolicy.everyone());
    policies.addTopic("stats", TopicPolicy.everyone().slow(SlowConsumer.LATEST));
    Limits limits = Limits.from(served.node().environment());
    BridgeContext bridge =
        new BridgeContext(
            served.node(),
            policies,
            limits,
            Authentication.from(served.node().environment(), served.node().vertx()),
            0);
    return TestNodes.await(
        Future.future(
            promise -> served.node().vertx().runOnContext(now -> promise.complete(bridge.loop()))));
  }

  private static Scripted client(BridgeLoop loop, String user, String topic) {
    Scripted outlet = new Scripted();
    long expires = System.currentTimeMillis() / 1_000 + 60;
    TestNodes.await(
        Future.future(
            promise ->
                loop.run(
                    () -> {
                      Identity identity =
                          new Identity(new BridgeUser(user, new JsonObject()), 1, expires);
                      Connection connection =
                          new Connection(loop, outlet, identity, outlet.ended::incrementAndGet);
                      outlet.connection = connection;
                      JsonObject register =
                          new JsonObject().put("type", "register").put("address", topic);
                      connection.session().receive(register.toBuffer(), Bridge.nowMillis());
                      promise.complete(Buffer.buffer());
                    })));
    return outlet;
  }

  /** Returns when all that was to be done on the loop is done, and what follows from it. */
  private static void awaitTurns(BridgeLoop loop) {
    for (int i = 0; i < 4; i++) {
      TestNodes.await(Future.<Void>future(turn -> loop.runLater(turn::complete)));
    }
  }

  private static void awaitHeard(Scripted client, String event) {
    Target.awaitThat(
        "hears " + event,
        () -> {
          served.node().pubSub().broadcast("room:b", event, new JsonObject());
          return List.copyOf(client.written).stream().anyMatch(text -> text.contains(event));
        });
  }

  @Test
  void anErrorDoesNotEndWhatOthersAreTold() {
    BridgeLoop loop = loop();
    Scripted bad = client(loop, "eve", "room:a");
    Scripted good = client(loop, "ana", "room:b");
    bad.fault = new OutOfMemoryError("as when the memory for sockets is used up");
    served.node().pubSub().broadcast("room:a", "said", new JsonObject());
    awaitHeard(good, "after");
  }

  @Test
  void whoFailsIsGivenUpAndTheOthersOfItsRoomAreTold() {
    BridgeLoop loop = loop();
    Scripted first = client(loop, "ana", "room:b");
    Scripted bad = client(loop, "eve", "room:b");
    Scripted last = client(loop, "bob", "room:b");
    bad.fault = new IllegalStateException("as a socket that fails");
    awaitHeard(first, "one");
    awaitHeard(last, "two");
    assertThat(bad.closed).isEqualTo(CloseCode.INTERNAL_ERROR);
    assertThat(first.closed).isNull();
  }

  @Test
  void aKickEndsAllConnectionsOfAUserThoughOneCanNotBeClosed() {
    BridgeLoop loop = loop();
    List<Scripted> eve = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Scripted each = client(loop, "eve", "room:a");
      each.faultOfClose = new OutOfMemoryError("as when there is none for the frame of a close");
      eve.add(each);
    }
    TestNodes.await(served.node().access().kick("eve"));
    awaitTurns(loop);
    assertThat(eve).allMatch(each -> each.closed == CloseCode.KICKED);
    assertThat(eve).allMatch(each -> each.ended.get() == 1);
    assertThat(loop.connectionCount()).isZero();
  }

  @Test
  void ofWhatComesTogetherOnlyItsOwnIsLeftOut() {
    BridgeLoop loop = loop();
    Scripted ana = client(loop, "ana", "room:c");
    Scripted bob = client(loop, "bob", "room:c");
    say(loop, "room:c", null, ana.connection.sessionId(), "elsewhere", null);
    assertThat(numbers(ana)).containsExactly(0, 2, 3);
    assertThat(numbers(bob)).containsExactly(0, 1, 2, 3);
    say(loop, "room:c", ana.connection.sessionId());
    assertThat(numbers(ana)).hasSize(3);
    assertThat(numbers(bob)).hasSize(5);
  }

  @Test
  void whoIsBehindDoesNotGetItsOwnLater() {
    BridgeLoop loop = loop();
    Scripted ana = client(loop, "ana", "stats");
    ana.behind = true;
    say(loop, "stats", null, ana.connection.sessionId());
    ana.behind = false;
    loop.run(ana.connection::drained);
    awaitTurns(loop);
    assertThat(numbers(ana)).containsExactly(0);
  }

  /** Says a number in each of these sessions, all in one turn. */
  private static void say(BridgeLoop loop, String topic, String... sessions) {
    loop.run(
        () -> {
          for (int i = 0; i < sessions.length; i++) {
            JsonObject number = new JsonObject().put("n", i);
            served.node().pubSub().broadcastFrom(sessions[i], topic, "said", number);
          }
        });
    awaitTurns(loop);
  }

  private static List<Integer> numbers(Scripted client) {
    return client.written.stream()
        .map(text -> new JsonObject(text).getJsonObject("body").getJsonObject("payload"))
        .map(payload -> payload.getInteger("n"))
        .toList();
  }

  @Test
  void whatWaitsForOneWhoReadsAgainIsNotOvertaken() {
    BridgeLoop loop = loop();
    Scripted ana = client(loop, "ana", "stats");
    ana.behind = true;
    served.node().pubSub().localBroadcast("stats", "sum", new JsonObject().put("now", 1));
    awaitTurns(loop);
    ana.behind = false;
    served.node().pubSub().localBroadcast("stats", "sum", new JsonObject().put("now", 2));
    awaitTurns(loop);
    loop.run(ana.connection::drained);
    awaitTurns(loop);
    assertThat(ana.written).last().asString().contains("\"now\":2");
  }
}
