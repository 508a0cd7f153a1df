package dev.rollcall.system;

import dev.rollcall.system.OrdersHttp.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What is answered from the moment on at which something goes away, until it is back. */
final class Outage {
  /** Who asked before, or had a connection that only then turned out to lead nowhere. */
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private volatile long fromNanos = Long.MAX_VALUE;
  private volatile long toNanos = Long.MAX_VALUE;

  void take(Answer answer) {
    answers.add(answer);
  }

  void begins() {
    fromNanos = System.nanoTime();
  }

  void ends() {
    toNanos = System.nanoTime();
  }

  /** Returns what was answered in it to those who asked at its beginning or before. */
  List<Answer> first() {
    return within(answer -> answer.askedNanos() < fromNanos + FIRST_NANOS);
  }

  /** Returns what was answered in it to those who asked later. */
  List<Answer> later() {
    return within(answer -> answer.askedNanos() >= fromNanos + FIRST_NANOS);
  }

  private List<Answer> within(Predicate<Answer> asked) {
    return answers.stream()
        .filter(answer -> ended(answer) > fromNanos && ended(answer) < toNanos)
        .filter(asked)
        .toList();
  }

  private static long ended(Answer answer) {
    return answer.askedNanos() + answer.nanos();
  }

  static Duration slowest(List<Answer> answers) {
    return Duration.ofNanos(answers.stream().mapToLong(Answer::nanos).max().orElse(0));
  }

  static Duration median(List<Answer> answers) {
    long[] sorted = answers.stream().mapToLong(Answer::nanos).sorted().toArray();
    return Duration.ofNanos(sorted[sorted.length / 2]);
  }
}
