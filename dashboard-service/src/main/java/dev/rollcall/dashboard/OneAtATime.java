package dev.rollcall.dashboard;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Asks one question at a time, however often it is wanted: what is wanted while an answer is
 * awaited is asked once more after it, so the last answer is never older than the last wish.
 */
final class OneAtATime {
  private final Supplier<Future<Void>> question;
  private boolean asking;
  private boolean wanted;

  OneAtATime(Supplier<Future<Void>> question) {
    this.question = question;
  }

  void want() {
    wanted = true;
    if (!asking) {
      ask();
    }
  }

  private void ask() {
    wanted = false;
    asking = true;
    question.get().onComplete(answered -> answered());
  }

  private void answered() {
    asking = false;
    if (wanted) {
      ask();
    }
  }
}
