package dev.rollcall.node;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.Message;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves what services on this node are asked to those on other nodes, when it leaves, and has them
 * answer before they end what was on its way to them.
 */
final class HandOver {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  /** A client of the bridge does not wait longer than this for an answer. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(8);

  private static final long FORGET_MILLIS = 1_000;
  private static final long LOOK_MILLIS = 50;

  /** What waits in front of a consumer is seen when its turn comes, soon after the one before. */
  private static final int QUIET_LOOKS = 4;

  private static final String ANSWERS = "__vertx.reply.";

  private final Vertx vertx;
  private final Context context;
  private final MemberRegistrations manager;
  private final Promise<Void> done = Promise.promise();

  /** Where an answer is due, and since when. */
  private final Map<String, Long> unanswered = new ConcurrentHashMap<>();

  private Future<Boolean> withdrawn;
  private long endsNanos;
  private int quietLooks;

  /** Knows from now on what is asked and not answered yet. */
  HandOver(Vertx vertx, MemberRegistrations manager) {
    this.vertx = vertx;
    this.manager = manager;
    this.context = vertx.getOrCreateContext();
    vertx.eventBus().addInboundInterceptor(this::asked);
    vertx.eventBus().addOutboundInterceptor(this::said);
    vertx.setPeriodic(FORGET_MILLIS, timer -> forget());
  }

  private void asked(DeliveryContext<Object> delivery) {
    Message<Object> message = delivery.message();
    if (isForAService(message.address())) {
      due(message.replyAddress());
    }
    delivery.next();
  }

  /** A service may have asked back: then the answer to that is for it. */
  private boolean isForAService(String address) {
    return address.startsWith(ANSWERS)
        ? unanswered.remove(address) != null
        : MemberRegistrations.isOfAService(address);
  }

  private void said(DeliveryContext<Object> delivery) {
    Message<Object> message = delivery.message();
    if (unanswered.remove(message.address()) != null) {
      due(message.replyAddress());
    }
    delivery.next();
  }

  private void due(String answer) {
    if (answer != null) {
      unanswered.put(answer, System.nanoTime());
    }
  }

  /** Nobody waits any more for what was asked too long ago. */
  private void forget() {
    long nowNanos = System.nanoTime();
    unanswered.values().removeIf(sinceNanos -> nowNanos - sinceNanos > PATIENCE_NANOS);
  }

  /** Has the others send nothing more here. */
  void begin() {
    withdrawn = Future.<Boolean>future(asked -> manager.withdraw().onComplete(asked));
    withdrawn.onFailure(fault -> log.warn("the others go on asking this node", fault));
  }

  /** Completes when everything is answered, or it is too late to answer. */
  Future<Void> complete() {
    endsNanos = System.nanoTime() + PATIENCE_NANOS;
    context.runOnContext(now -> look());
    return done.future();
  }

  private void look() {
    long nowNanos = System.nanoTime();
    quietLooks = unanswered.isEmpty() ? quietLooks + 1 : 0;
    if (isAnswered()) {
      done.complete();
    } else if (nowNanos - endsNanos > 0) {
      log.warn("leaves though {} requests are not answered", unanswered.size());
      done.complete();
    } else {
      vertx.setTimer(LOOK_MILLIS, timer -> look());
    }
  }

  private boolean isAnswered() {
    boolean nobodyAsks = withdrawn.succeeded() && !withdrawn.result();
    boolean othersKnow = withdrawn.isComplete() && quietLooks >= QUIET_LOOKS;
    return unanswered.isEmpty() && (nobodyAsks || othersKnow);
  }
}
