package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromQlTest {
  @Test
  void metricsAreFoundWithTheirLabels() {
    PromQl query =
        PromQl.of(
            "sum by (service) (rate(a_total{reason=\"x, {y}\", code!~\"5..\"}[5m])) > 100e6"
                + " and on(pod) b == 1 or up");
    assertThat(query.selectors())
        .extracting(PromQl.Selector::metric, PromQl.Selector::equal)
        .containsExactly(
            tuple("a_total", Map.of("reason", "x, {y}", "code", "")),
            tuple("b", Map.of()),
            tuple("up", Map.of()));
    assertThat(query.grouping()).containsExactlyInAnyOrder("service", "pod");
  }

  @Test
  void variablesOfADashboardAndSubqueriesAreUnderstood() {
    PromQl query =
        PromQl.of("max_over_time(a{service=~\"$service\"}[2m:15s]) / rate(b[$__rate_interval])");
    assertThat(query.selectors()).extracting(PromQl.Selector::metric).isEqualTo(List.of("a", "b"));
  }

  @Test
  void aLabelThatIsGivenIsOneThatTheAnswerHas() {
    PromQl query =
        PromQl.of(
            "label_replace(count(a{b=\"c\"}), \"kind\", \"one\", \"\", \"\")"
                + " or label_replace(d, \"form\", \"two\", \"\", \"\")");
    assertThat(query.grouping()).containsExactlyInAnyOrder("kind", "form");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rat(a[5m])", "{__name__=~\"a.*\"}", "a & b", "a{b=\"c}"})
  void whatIsNotKnownIsRefused(String query) {
    assertThatThrownBy(() -> PromQl.of(query)).isInstanceOf(IllegalArgumentException.class);
  }
}
