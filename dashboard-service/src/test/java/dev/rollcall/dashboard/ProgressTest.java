package dev.rollcall.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final Vertx vertx = Vertx.vertx();
  private final Progress progress = new Progress(vertx);

  @AfterEach
  void close() {
    vertx.close();
  }

  @Test
  void whatIsThereIsNotWaitedFor() {
    progress.reached(7);

    assertThat(progress.until(0).succeeded()).isTrue();
    assertThat(progress.until(7).succeeded()).isTrue();
  }

  @Test
  void eachWaitsForItsPosition() {
    Future<Void> nine = progress.until(9);
    Future<Void> eight = progress.until(8);
    progress.reached(7);
    assertThat(eight.isComplete()).isFalse();

    progress.reached(8);
    assertThat(eight.succeeded()).isTrue();
    assertThat(nine.isComplete()).isFalse();

    progress.reached(12);
    assertThat(nine.succeeded()).isTrue();
    assertThat(progress.waiting()).isZero();
  }

  @Test
  void itGoesNotBack() {
    progress.reached(7);
    progress.reached(3);

    assertThat(progress.until(7).succeeded()).isTrue();
  }

  @Test
  void whoWaitsInVainIsToldSoAndForgotten() {
    Future<Void> late = progress.until(Long.MAX_VALUE);

    assertThatThrownBy(
            () -> late.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS))
        .hasMessageContaining("does not get as far");
    assertThat(progress.waiting()).isZero();
  }
}
