package dev.rollcall.operator;

import static dev.rollcall.operator.Samples.A;
import static dev.rollcall.operator.Samples.B;
import static dev.rollcall.operator.Samples.C;
import static dev.rollcall.operator.Samples.links;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HearingTest {
  private static final Set<NodeId> ALL = Set.of(A, B, C);

  @Test
  void whoHearsWhomIsToldByEach() {
    Hearing hearing =
        hearing(
            Map.of(
                A, links(A, ALL, Set.of(B), Set.of(B)),
                B, links(B, ALL, Set.of(A, C), Set.of(A, C)),
                C, links(C, ALL, Set.of(B), Set.of(B))));
    assertThat(hearing.toJson().getMap()).isEqualTo(Map.of("a", "=+-", "b", "+=+", "c", "-+="));
  }

  @Test
  void ofOneThatDoesNotAnswerTheOthersKnowWhomItHears() {
    Hearing hearing =
        hearing(
            Map.of(
                A, links(A, ALL, Set.of(B, C), Set.of(B)),
                B, links(B, ALL, Set.of(A), Set.of(A))));
    assertThat(hearing.toJson().getMap()).isEqualTo(Map.of("a", "=++", "b", "+=-", "c", "??="));
    assertThat(hearing(Map.of(A, links(A, ALL, Set.of(B, C), Set.of(C)))).toJson().getString("c"))
        .isEqualTo("~?=");
  }

  @Test
  void whoIsOnNoListOfAnOtherIsOnAnotherSide() {
    Hearing hearing =
        hearing(
            Map.of(
                A, links(A, Set.of(A), Set.of(C), Set.of()),
                B, links(B, Set.of(B), Set.of(), Set.of()),
                C, links(C, ALL, Set.of(), Set.of())));
    assertThat(hearing.toJson().getMap()).isEqualTo(Map.of("a", "=.!", "b", ".=.", "c", "--="));
  }

  private static Hearing hearing(Map<NodeId, NodeReport> reports) {
    return new Hearing(List.of(A, B, C), reports);
  }
}
