package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The dashboard asks for what there is, and can be provisioned as it is. */
class DashboardTest {
  private final Catalogue catalogue = Catalogue.read();
  private final String json =
      Checkout.text(Checkout.file("k8s/components/monitoring/dashboard.json"));

  @Test
  void everyMetricAndLabelIsOneThatIsShown() throws IOException {
    assertThat(problems(json)).isEmpty();
    assertThat(problems(planted("rollcall_replica_presences{", "rollcall_replica_present{")))
        .containsExactly("Presences: no metric rollcall_replica_present");
    assertThat(problems(planted("(service, transport)", "(service, transports)")))
        .contains("Opened: nothing has a label transports");
    assertThat(problems(planted("{{transport}}", "{{transports}}")))
        .containsExactly("Opened: no line has a label transports");
    assertThat(problems(planted("(rollcall_node_info, namespace)", "(rollcall_node, namespace)")))
        .contains("no metric rollcall_node");
  }

  @Test
  void itCanBeProvisionedAnywhere() throws IOException {
    assertThat(Dashboard.parse(json).panels()).hasSizeGreaterThan(20);
    assertThat(Dashboard.parse(json).form()).isEmpty();
    assertThat(Dashboard.parse(planted("${datasource}", "P1809F7CD0C75ACF3")).form()).isNotEmpty();
    assertThat(Dashboard.parse(planted("\"uid\": \"rollcall\",", "\"id\": 7,")).form())
        .isNotEmpty();
    assertThat(Dashboard.parse(planted("\"id\": 3,", "\"id\": 2,")).form()).hasSize(1);
  }

  private List<String> problems(String dashboard) throws IOException {
    return Dashboard.parse(dashboard).problems(catalogue);
  }

  private String planted(String right, String wrong) {
    assertThat(json).contains(right);
    return json.replace(right, wrong);
  }
}
