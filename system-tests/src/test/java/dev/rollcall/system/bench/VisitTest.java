package dev.rollcall.system.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VisitTest {
  private final Visit visit = new Visit(2);

  @Test
  void whatWasSentBeforeTheAcknowledgementNeedNotCome() {
    visit.acknowledge(40, 0);
    take(0, 41, 90);
    visit.end(90, 0);
    assertThat(visit.missing()).isZero();
  }

  @Test
  void theFirstMessageAfterTheAcknowledgementMustCome() {
    visit.acknowledge(40, 0);
    take(0, 42, 90);
    visit.end(90, 0);
    assertThat(visit.missing()).isEqualTo(1);
  }

  @Test
  void whatFollowsAMessageMustComeEvenBeforeTheAcknowledgement() {
    take(0, 38, 39);
    visit.acknowledge(40, 0);
    take(0, 41, 90);
    visit.end(90, 0);
    assertThat(visit.missing()).isEqualTo(1);
  }

  @Test
  void aGapIsLostForEachPublisher() {
    visit.acknowledge(40, 7);
    take(0, 41, 50);
    take(0, 54, 90);
    take(1, 8, 8);
    take(1, 10, 10);
    visit.end(90, 10);
    assertThat(visit.missing()).isEqualTo(4);
  }

  @Test
  void aGuestThatGetsNothingMissesAllThatWasSent() {
    visit.acknowledge(40, 7);
    visit.end(45, 7);
    assertThat(visit.missing()).isEqualTo(5);
  }

  @Test
  void whatIsUnderWayAtTheDecisionIsMissingUntilItComes() {
    visit.acknowledge(40, 0);
    take(0, 41, 88);
    visit.end(90, 0);
    assertThat(visit.missing()).isEqualTo(2);
    take(0, 89, 90);
    assertThat(visit.missing()).isZero();
  }

  @Test
  void whatIsSentAfterTheDecisionMakesUpForNothing() {
    visit.acknowledge(40, 0);
    take(0, 41, 89);
    visit.end(90, 0);
    take(0, 91, 99);
    assertThat(visit.missing()).isEqualTo(1);
  }

  @Test
  void aDuplicateMakesUpForNothing() {
    visit.acknowledge(40, 0);
    take(0, 41, 42);
    take(0, 42, 42);
    visit.end(43, 0);
    assertThat(visit.missing()).isEqualTo(1);
    assertThat(visit.duplicates()).isEqualTo(1);
  }

  private void take(int publisher, int from, int to) {
    IntStream.rangeClosed(from, to).forEach(number -> visit.take(publisher, number));
  }
}
