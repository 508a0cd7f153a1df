package dev.rollcall.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Leaves what services on this node are asked to those on other nodes, when it leaves, and has them
 * answer before they end what was on its way to them.
 */
final class HandOver {
  /** By when the others know, though they hear of a change late, whom to ask instead. */
  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A client of the bridge does not wait longer than this for an answer. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(8);

  private static final long FORGET_MILLIS = 1_000;
  private static final long LOOK_MILLIS = 50;

  private final Vertx vertx;
  private final MemberRegistrations manager;
  private final Promise<Void> done = Promise.promise();

  /** Where an answer is due, and since when. */
  private final Map<String, Long> unanswered = new ConcurrentHashMap<>();

  private Future<Boolean> withdrawn;
  private long beganNanos;
  private long endsNanos;

  /** Knows from now on what is asked and not answered yet. */
  HandOver(Vertx vertx, MemberRegistrations manager) {
    this.vertx = vertx;
    this.manager = manager;
    vertx.eventBus().addInboundInterceptor(this::asked);
    vertx.eventBus().addOutboundInterceptor(this::said);
    vertx.setPeriodic(FORGET_MILLIS, timer -> forget());
  }

  private void asked(DeliveryContext<Object> delivery) {
    String answer = delivery.message().replyAddress();
    if (answer != null && MemberRegistrations.isOfAService(delivery.message().address())) {
      unanswered.put(answer, System.nanoTime());
    }
    delivery.next();
  }

  private void said(DeliveryContext<Object> delivery) {
    unanswered.remove(delivery.message().address());
    delivery.next();
  }

  /** Nobody waits any more for what was asked too long ago. */
  private void forget() {
    long nowNanos = System.nanoTime();
    unanswered.values().removeIf(sinceNanos -> nowNanos - sinceNanos > PATIENCE_NANOS);
  }

  /** Has the others send nothing more here. */
  void begin() {
    beganNanos = System.nanoTime();
    withdrawn = manager.withdraw();
  }

  /** Completes when everything is answered, or it is too late to answer. */
  Future<Void> complete() {
    endsNanos = System.nanoTime() + PATIENCE_NANOS;
    look();
    return done.future();
  }

  private void look() {
    if (isOver(System.nanoTime())) {
      done.complete();
    } else {
      vertx.setTimer(LOOK_MILLIS, timer -> look());
    }
  }

  private boolean isOver(long nowNanos) {
    return nowNanos - endsNanos > 0 || (isKnown(nowNanos) && unanswered.isEmpty());
  }

  private boolean isKnown(long nowNanos) {
    boolean told = withdrawn.isComplete();
    return told && (nowNanos - beganNanos > KNOWN_NANOS || !withdrawn.result());
  }
}
