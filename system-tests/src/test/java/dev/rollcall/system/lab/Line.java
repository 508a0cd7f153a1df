package dev.rollcall.system.lab;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One connection to a bridge, with a page's patience: who does not answer in time, and says nothing
 * else either, is given up. Safe for concurrent use.
 */
final class Line {
  static final long PATIENCE_MILLIS = 10_000;

  private static final long PING_MILLIS = 5_000;

  private final Vertx vertx;
  private final WebSocket socket;
  private final Promise<Void> gone = Promise.promise();
  private final Map<String, Promise<JsonObject>> requests = new HashMap<>();
  private final long pings;
  private Consumer<JsonObject> heard;
  private int count;
  private long heardNanos = System.nanoTime();

  Line(Vertx vertx, WebSocket socket) {
    this.vertx = vertx;
    this.socket = socket;
    this.pings =
        vertx.setPeriodic(PING_MILLIS, timer -> socket.writeTextMessage("{\"type\":\"ping\"}"));
  }

  /**
   * Begins.
   *
   * @param frames told of each frame that answers nothing
   */
  void open(Consumer<JsonObject> frames) {
    heard = frames;
    socket.textMessageHandler(text -> receive(new JsonObject(text)));
    socket.exceptionHandler(fault -> end());
    socket.closeHandler(closed -> end());
  }

  /** Completes when it has gone, however. */
  Future<Void> gone() {
    return gone.future();
  }

  /** Fails when the other side refuses, has gone, or does not answer in time. */
  synchronized Future<JsonObject> ask(JsonObject frame) {
    if (gone.future().isComplete()) {
      return Future.failedFuture("disconnected");
    }
    Promise<JsonObject> answer = Promise.promise();
    String replyAddress = "r" + ++count;
    requests.put(replyAddress, answer);
    long sentNanos = System.nanoTime();
    socket
        .writeTextMessage(frame.put("replyAddress", replyAddress).encode())
        .onFailure(answer::tryFail);
    vertx.timer(PATIENCE_MILLIS, MILLISECONDS).onSuccess(late -> timedOut(answer, sentNanos));
    return answer.future();
  }

  /** The bridge answers no pings: a request without an answer on a silent socket tells instead. */
  private void timedOut(Promise<JsonObject> answer, long sentNanos) {
    boolean silent;
    synchronized (this) {
      silent = heardNanos - sentNanos < 0;
    }
    if (answer.tryFail("timeout") && silent) {
      end();
    }
  }

  private void receive(JsonObject frame) {
    Promise<JsonObject> request;
    synchronized (this) {
      heardNanos = System.nanoTime();
      request = requests.remove(frame.getString("address", ""));
    }
    if (request == null) {
      heard.accept(frame);
    } else if (frame.getString("type").equals("rec")) {
      request.tryComplete(frame.getJsonObject("body"));
    } else {
      request.tryFail(frame.encode());
    }
  }

  /** Gives it up. */
  void end() {
    List<Promise<JsonObject>> unanswered;
    synchronized (this) {
      if (!gone.tryComplete()) {
        return;
      }
      unanswered = List.copyOf(requests.values());
      requests.clear();
    }
    vertx.cancelTimer(pings);
    unanswered.forEach(request -> request.tryFail("disconnected"));
    socket.close();
  }
}
