package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One connection: what it says, and what it is told. */
final class ContractClient {
  private static final int WAIT_SECONDS = 5;

  private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
  private final Transport.Line line;

  ContractClient(BridgeUnderTest bridge, Transport transport) {
    line = transport.open(bridge, frame -> received.add(new JsonObject(frame)));
  }

  ContractClient say(JsonObject... frames) {
    line.write(Arrays.stream(frames).map(JsonObject::encode).toArray(String[]::new));
    return this;
  }

  ContractClient say(String text) {
    line.write(text);
    return this;
  }

  ContractClient register(String address) {
    return say(frame("register", address));
  }

  ContractClient unregister(String address) {
    return say(frame("unregister", address));
  }

  /** Sends, and returns what comes back. */
  JsonObject ask(String address, Object body) throws InterruptedException {
    String replyAddress = UUID.randomUUID().toString();
    say(frame("send", address).put("body", body).put("replyAddress", replyAddress));
    JsonObject answer = next();
    assertThat(answer.getString("address")).as(answer.encode()).isEqualTo(replyAddress);
    answer.remove("address");
    return answer;
  }

  JsonObject next() throws InterruptedException {
    JsonObject frame = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(frame).as("a frame within %s s", WAIT_SECONDS).isNotNull();
    return frame;
  }

  /** Nothing has come, and what was said before this has been dealt with when the echo is back. */
  ContractClient settled() throws InterruptedException {
    assertThat(ask("echo", "settled")).isEqualTo(rec("settled"));
    return this;
  }

  void close() {
    line.close();
  }

  static JsonObject frame(String type, String address) {
    return new JsonObject().put("type", type).put("address", address);
  }

  private static JsonObject rec(Object body) {
    return new JsonObject().put("type", "rec").put("body", body);
  }
}
