package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
  private static final long A_WHILE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    await(vertx.close());
  }

  @Test
  void aLoopThatDoesNotTurnIsSeenFromOutsideAndThenRemembered() {
    EventLoops loops = EventLoops.watch(vertx, registry);
    stop(loop());
    Context other = loop();
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (loops.stuckNanos(System.nanoTime()) < A_WHILE_NANOS) {
      assertThat(System.nanoTime()).isLessThan(deadlineNanos);
      turn(other);
    }
    assertThat(registry.get("rollcall.loop.stuck").timeGauge().value(TimeUnit.MILLISECONDS))
        .isGreaterThanOrEqualTo(1_500);
    release.countDown();
    while (registry.get("rollcall.loop.lag").timer().max(TimeUnit.NANOSECONDS) < A_WHILE_NANOS) {
      assertThat(System.nanoTime()).isLessThan(deadlineNanos);
      turn(other);
    }
  }

  /** Another one each time. */
  private Context loop() {
    return ((VertxInternal) vertx).createEventLoopContext();
  }

  private void stop(Context loop) {
    loop.runOnContext(
        now -> {
          try {
            release.await();
          } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Waits on a loop that turns. */
  private void turn(Context loop) {
    CountDownLatch turned = new CountDownLatch(1);
    loop.runOnContext(now -> vertx.setTimer(20, timer -> turned.countDown()));
    try {
      assertThat(turned.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException end) {
      throw new AssertionError(end);
    }
  }
}
