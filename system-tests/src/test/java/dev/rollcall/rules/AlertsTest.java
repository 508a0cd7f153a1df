package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The alerts ask for what there is, and each says what to do. */
class AlertsTest {
  private static final Path MANUAL = Checkout.file("docs/OPERATIONS.md");

  private final Catalogue catalogue = Catalogue.read();
  private final String yaml = Checkout.text(Checkout.file("k8s/components/monitoring/alerts.yaml"));

  @Test
  void everyMetricAndLabelIsOneThatIsShown() throws IOException {
    assertThat(problems(yaml)).isEmpty();
    assertThat(problems(planted("rollcall_outbox_stalled)", "rollcall_outbox_stuck)")))
        .containsExactly("RollcallOutboxStalled: no metric rollcall_outbox_stuck");
    assertThat(problems(planted("{reason=\"slow_consumer\"}", "{cause=\"slow_consumer\"}")))
        .containsExactly("RollcallClientsTooSlow: rollcall_bridge_closed_total has no label cause");
    assertThat(problems(planted("service, schema) (rollcall", "service, scheme) (rollcall")))
        .containsExactly("RollcallDatabaseAway: nothing has a label scheme");
  }

  @Test
  void aMetricThatIsRenamedIsMissed() throws IOException {
    String document = Checkout.text(Checkout.file("docs/METRICS.md"));
    Catalogue renamed = Catalogue.parse(document.replace("`rollcall_node_ready`", "`rollcall_up`"));
    assertThat(Alerts.parse(yaml).problems(renamed)).isNotEmpty();
  }

  @Test
  void everyTextNamesLabelsThatItsQueryHas() throws IOException {
    assertThat(Alerts.parse(yaml).texts(catalogue)).isEmpty();
    assertThat(
            Alerts.parse(planted("({{ $labels.schema }})", "({{ $labels.scheme }})"))
                .texts(catalogue))
        .containsExactly("RollcallDatabaseAway has no label scheme");
  }

  @Test
  void everyAlertIsWholeAndNamesItsPlaceInTheManual() throws IOException {
    assertThat(Alerts.parse(yaml).lacks()).isEmpty();
    assertThat(Alerts.parse(planted("#rollcallrestarts", "#rollcallrestart")).lacks())
        .containsExactly("RollcallRestarts: docs/OPERATIONS.md#rollcallrestart is not its place");
    assertThat(Alerts.parse(planted("severity: warning", "severity: wrning")).lacks())
        .isNotEmpty()
        .allMatch(said -> said.endsWith("neither critical nor warning"));
  }

  @Test
  void theManualHasThesePlaces() throws IOException {
    List<String> names = Alerts.parse(yaml).names();
    assertThat(Alerts.withoutPlace(names, Checkout.text(MANUAL))).isEmpty();
    assertThat(Alerts.withoutPlace(names, "### " + String.join("\n### ", names))).isEmpty();
    assertThat(Alerts.withoutPlace(names, "### RollcallRestart\n")).isEqualTo(names);
  }

  @Test
  void aFieldThatTheOperatorDoesNotKnowIsCaught() {
    String wrong = planted("annotations:", "annotation:");
    assertThatThrownBy(() -> Alerts.parse(wrong)).isInstanceOf(MismatchedInputException.class);
  }

  @Test
  void monitorsLeaveOurLabelServiceAlone() {
    String monitors = String.join("\n---\n", Checkout.texts("k8s/components/monitoring", ".yaml"));
    assertThat(Alerts.overwriting(monitors)).isEmpty();
    assertThat(Alerts.overwriting("kind: ServiceMonitor\nspec:\n  endpoints:\n    - port: m\n"))
        .isNotEmpty();
  }

  private List<String> problems(String rules) throws IOException {
    return Alerts.parse(rules).problems(catalogue);
  }

  private String planted(String right, String wrong) {
    assertThat(yaml).contains(right);
    return yaml.replace(right, wrong);
  }
}
