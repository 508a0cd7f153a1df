package dev.rollcall.system;

import dev.rollcall.node.Node;
import dev.rollcall.presence.Ref;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Many sessions on one node, which come when they are told to, and stay until it ends. */
final class CrowdService extends VerticleBase {
  private final Node node;

  private CrowdService(Node node) {
    this.node = node;
  }

  public static void main(String[] args) {
    Node.run("crowd-service", CrowdService::new);
  }

  static String address(String crowd) {
    return "crowd." + crowd;
  }

  /**
   * Returns what makes sessions join: the users {@code from} to {@code from + count - 1}.
   *
   * @param everyMillis between two of them, 0 for as fast as they can
   */
  static JsonObject join(String topic, int from, int count, int everyMillis) {
    return new JsonObject()
        .put("topic", topic)
        .put("from", from)
        .put("count", count)
        .put("everyMillis", everyMillis);
  }

  /** The wall clock, which processes of one machine share. */
  static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  @Override
  public Future<?> start() {
    String crowd = node.environment().text("CROWD", "crowd");
    return vertx.eventBus().<JsonObject>consumer(address(crowd), this::join).completion();
  }

  private void join(Message<JsonObject> order) {
    JsonObject body = order.body();
    int from = body.getInteger("from");
    int until = from + body.getInteger("count");
    String topic = body.getString("topic");
    int everyMillis = body.getInteger("everyMillis");
    Future<?> joined =
        everyMillis == 0
            ? joinAll(topic, from, until)
            : joinOneByOne(topic, from, until, everyMillis);
    joined
        .onSuccess(done -> order.reply("joined"))
        .onFailure(fault -> order.fail(500, fault.toString()));
  }

  private Future<?> joinAll(String topic, int from, int until) {
    List<Future<Ref>> joins = new ArrayList<>();
    for (int user = from; user < until; user++) {
      joins.add(join(topic, user));
    }
    return Future.all(joins);
  }

  private Future<?> joinOneByOne(String topic, int next, int until, int everyMillis) {
    if (next == until) {
      return Future.succeededFuture();
    }
    Promise<Void> waited = Promise.promise();
    vertx.setTimer(everyMillis, timer -> waited.complete());
    return join(topic, next)
        .compose(ref -> waited.future())
        .compose(done -> joinOneByOne(topic, next + 1, until, everyMillis));
  }

  private Future<Ref> join(String topic, int user) {
    JsonObject meta = new JsonObject().put("name", "User " + user).put("at", nowMicros());
    return node.presence().session().track(topic, "user-" + user, meta);
  }
}
