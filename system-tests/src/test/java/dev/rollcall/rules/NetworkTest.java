package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.rules.Network.End;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The policies let those speak to each other who have to, and nobody else. */
class NetworkTest {
  private static final int POSTGRES = 5432;
  private static final int DNS = 53;
  private static final int HTTPS = 443;

  private static final End NEIGHBOUR = End.neighbour("app.kubernetes.io/name", "stranger");
  private static final End INGRESS = End.elsewhere("rollcall.dev/ingress", "true");
  private static final End MONITORING = End.elsewhere("rollcall.dev/monitoring", "true");
  private static final End BACK_END = End.elsewhere("rollcall.dev/orders", "true");
  private static final End STRANGER = End.elsewhere("kubernetes.io/metadata.name", "other");

  private static final Set<String> ALL = Set.copyOf(Checkout.SERVICES);

  /** Of a collector of traces. */
  private static final int OTLP = 4318;

  private static final Set<String> NONE = Set.of();

  private final Manifests manifests = Form.PRODUCTION.manifests();
  private final Network network = Network.of(manifests);

  NetworkTest() throws IOException {}

  @Test
  void onlyNodesReachTheClustersPorts() {
    for (String port : Set.of("ROLLCALL_CLUSTER_PORT", "ROLLCALL_BUS_PORT")) {
      for (Pod node : manifests.nodes()) {
        assertThat(admitting(End.of(node), told(port))).isEqualTo(ALL);
        assertThat(reachedBy(node, told(port))).isEqualTo(ALL);
      }
      assertNobodyElse(port, NEIGHBOUR, INGRESS, MONITORING, BACK_END, STRANGER, End.outside());
    }
  }

  @Test
  void browsersComeThroughTheIngressController() {
    assertThat(admitting(INGRESS, told("ROLLCALL_HTTP_PORT")))
        .isEqualTo(Checkout.servicesWith("Bridge.on("));
    assertThat(admitting(BACK_END, told("ROLLCALL_HTTP_PORT"))).containsExactly("orders-service");
    assertNobodyElse(
        "ROLLCALL_HTTP_PORT", NEIGHBOUR, MONITORING, STRANGER, End.outside(), anyNode());
  }

  @Test
  void onlyTheMonitoringReachesTheManagement() {
    assertThat(admitting(MONITORING, told("ROLLCALL_MANAGEMENT_PORT"))).isEqualTo(ALL);
    assertNobodyElse(
        "ROLLCALL_MANAGEMENT_PORT",
        NEIGHBOUR,
        INGRESS,
        BACK_END,
        STRANGER,
        End.outside(),
        anyNode());
  }

  @Test
  void nodesReachWhatTheyNeedAndNothingElse() throws IOException {
    assertThat(leaving(network, End.outside(), POSTGRES))
        .isEqualTo(Checkout.servicesWith("Database.open("));
    End names =
        new End(
            Map.of("kubernetes.io/metadata.name", "kube-system"), Map.of("k8s-app", "kube-dns"));
    assertThat(leaving(network, names, DNS)).isEqualTo(ALL);
    End cacheOfNames = End.at("169.254.20.10");
    assertThat(leaving(network, cacheOfNames, DNS)).isEqualTo(ALL);
    assertThat(leaving(network, End.at("169.254.169.254"), DNS)).isEmpty();
    assertThat(leaving(network, End.outside(), DNS)).isEmpty();
    assertThat(leaving(network, End.outside(), HTTPS)).isEmpty();
    assertThat(network.lets(NEIGHBOUR, End.outside(), HTTPS)).isFalse();
  }

  @Test
  void tracesReachACollectorWhereThereIsOne() throws IOException {
    Network traced = Network.of(Form.FULL.manifests());
    assertThat(leaving(traced, End.outside(), OTLP)).isEqualTo(ALL);
    assertThat(leaving(network, End.outside(), OTLP)).isEmpty();
    assertThat(Form.FULL.manifests().nodes())
        .hasSameSizeAs(ALL)
        .allMatch(
            pod ->
                pod.variables()
                    .filter(it -> it.getName().equals("OTEL_EXPORTER_OTLP_ENDPOINT"))
                    .anyMatch(it -> it.getValue().endsWith(":" + OTLP)));
  }

  @Test
  void theIssuersKeysAreFetchedByThoseWhoCheckTokens() throws IOException {
    Network fetching = Network.of(Form.JWKS.manifests());
    assertThat(leaving(fetching, End.outside(), HTTPS))
        .isEqualTo(Checkout.servicesWith("Bridge.on("));
  }

  @Test
  void aHoleIsSeen() throws IOException {
    Network moved = with("port: 5701", "port: 5702");
    assertThat(moved.admits(anyNode(), anyNode(), told("ROLLCALL_CLUSTER_PORT"))).isFalse();
    Network deaf = with("rollcall.dev/monitoring: \"true\"", "team: \"true\"");
    assertThat(deaf.admits(MONITORING, anyNode(), told("ROLLCALL_MANAGEMENT_PORT"))).isFalse();
    Network open =
        with(
            "- Egress\n  egress:\n    - ports:",
            "- Ingress\n  ingress:\n    - {}\n  egress:\n    - ports:");
    assertThat(names(pod -> open.admits(STRANGER, End.of(pod), 1)))
        .isEqualTo(Checkout.servicesWith("Database.open("));
    assertThat(new Network(List.of()).admits(STRANGER, anyNode(), 1)).isTrue();
  }

  private void assertNobodyElse(String port, End... others) {
    for (End other : others) {
      assertThat(admitting(other, told(port))).as("%s from %s", port, other).isEqualTo(NONE);
    }
  }

  private Set<String> admitting(End from, int port) {
    return names(pod -> network.admits(from, End.of(pod), port));
  }

  private Set<String> reachedBy(Pod node, int port) {
    return names(pod -> network.lets(End.of(node), End.of(pod), port));
  }

  private Set<String> leaving(Network by, End to, int port) {
    return names(pod -> by.lets(End.of(pod), to, port));
  }

  private Set<String> names(Predicate<Pod> chosen) {
    return manifests.nodes().stream().filter(chosen).map(Pod::name).collect(Collectors.toSet());
  }

  private End anyNode() {
    return End.of(manifests.nodes().get(0));
  }

  private int told(String variable) {
    return Integer.parseInt(manifests.told(variable).iterator().next());
  }

  private static Network with(String right, String wrong) throws IOException {
    return Network.of(Form.PRODUCTION.with(right, wrong));
  }
}
