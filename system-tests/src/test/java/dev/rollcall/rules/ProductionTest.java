package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.api.model.v1.Issuer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What production has and development does without: scale, routes, secrets of others. */
class ProductionTest {
  private static final Set<String> LITERALS = Set.copyOf(Checkout.literals());

  private static final Set<String> KEYS =
      Set.of("ROLLCALL_JWT_PUBLIC_KEY_FILE", "ROLLCALL_JWT_JWKS_FILE", "ROLLCALL_JWT_JWKS_URL");

  private static final Form FORM = Form.FULL;

  @Test
  void aFieldThatItsKindDoesNotKnowIsCaught() {
    for (String field :
        List.of(
            "minReplicas",
            "unhealthyPodEvictionPolicy",
            "policyTypes",
            "pathType",
            "honorLabels")) {
      assertThatThrownBy(() -> FORM.with(field + ":", field + "s_:"))
          .as(field)
          .isInstanceOf(UnrecognizedPropertyException.class);
    }
  }

  @Test
  void secretsAreReferredToAndNeverWrittenDown() throws IOException {
    References references = new References(FORM.manifests());
    assertThat(references.secretsOfOurs()).isEmpty();
    assertThat(references.secretsOfOthers())
        .containsExactly(
            "chat-service-database/url",
            "orders-service-database/url",
            "rollcall-bus-tls/ca.crt",
            "rollcall-bus-tls/tls.crt",
            "rollcall-bus-tls/tls.key",
            "rollcall-issuer/*",
            "rollcall-issuer/issuer",
            "rollcall-operator/token",
            "rollcall-tls/*");
    // The one that may be absent.
    assertThat(new References(Form.DEV.manifests()).secretsOfOthers())
        .containsExactly("rollcall-operator/token");
    assertThat(FORM.manifests().nodes()).allMatch(ProductionTest::startsWithoutAToken);
    assertThat(FORM.with("optional: true", "optional: false").nodes())
        .noneMatch(ProductionTest::startsWithoutAToken);
    assertThat(new References(Form.DEV.manifests()).secretsOfOurs()).isNotEmpty();
  }

  private static boolean startsWithoutAToken(Pod pod) {
    return pod.containers()
        .flatMap(container -> container.getEnv().stream())
        .filter(variable -> variable.getName().equals("ROLLCALL_OPERATOR_TOKEN"))
        .anyMatch(it -> Boolean.TRUE.equals(it.getValueFrom().getSecretKeyRef().getOptional()));
  }

  @Test
  void everyFileThatANodeIsToldOfIsMounted() throws IOException {
    assertThat(new References(FORM.manifests()).files()).isEmpty();
    assertThat(filesWith("mountPath: /etc/rollcall/issuer", "mountPath: /etc/issuer")).hasSize(2);
    assertThat(filesWith("path: tls.key", "path: key.pem")).hasSize(4);
  }

  /** Of the group that the user of the image is in, or the key could not be read. */
  @Test
  void theKeyOfTheBusIsReadByTheNodeAndNobodyElse() throws IOException {
    assertThat(FORM.manifests().nodes()).allMatch(ProductionTest::isReadByItsGroup);
    assertThat(FORM.with("fsGroup: 65532", "fsGroup: 65533").nodes())
        .noneMatch(ProductionTest::isReadByItsGroup);
    assertThat(FORM.with("defaultMode: 288", "defaultMode: 420").nodes())
        .noneMatch(ProductionTest::isReadByItsGroup);
  }

  private static boolean isReadByItsGroup(Pod pod) {
    var context = pod.spec().getSecurityContext();
    return context.getRunAsGroup().equals(context.getFsGroup())
        && pod.spec().getVolumes().stream()
            .filter(it -> it.getName().equals("bus-tls"))
            .anyMatch(it -> it.getSecret().getDefaultMode() == 0440);
  }

  @Test
  void theExampleOfAnAuthorityMakesTheSecretThatIsMounted() throws IOException {
    String example = Checkout.text(Checkout.file("k8s/components/bus-tls/cert-manager.yaml"));
    List<HasMetadata> objects = KubernetesReader.read(example);
    Set<String> issuers = named(objects, Issuer.class).keySet();
    Map<String, Certificate> certificates = named(objects, Certificate.class);
    assertThat(certificates.values()).allMatch(it -> issuers.contains(issuer(it)));
    assertThat(certificates.get("rollcall-bus-tls").getSpec().getSecretName())
        .isEqualTo("rollcall-bus-tls");
    assertThat(named(objects, Issuer.class).get(issuer(certificates.get("rollcall-bus-tls"))))
        .extracting(it -> it.getSpec().getCa().getSecretName())
        .isEqualTo(certificates.get("rollcall-bus-ca").getSpec().getSecretName());
  }

  private static String issuer(Certificate certificate) {
    return certificate.getSpec().getIssuerRef().getName();
  }

  private static <T extends HasMetadata> Map<String, T> named(
      List<HasMetadata> objects, Class<T> type) {
    return objects.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .collect(Collectors.toMap(Manifests::name, it -> it));
  }

  @Test
  void whoBrowsersComeToIsToldOnceWhoseTokensAreGood() throws IOException {
    Set<String> bridges = Checkout.servicesWith("Bridge.on(");
    for (Form form : Set.of(Form.PRODUCTION, Form.FULL, Form.JWKS)) {
      assertThat(form.manifests().told("ROLLCALL_MODE")).containsExactly("production");
      assertThat(ManifestsTest.told(form.manifests(), "ROLLCALL_JWT_ISSUER")).isEqualTo(bridges);
      assertThat(form.manifests().nodes())
          .allMatch(pod -> isToldKeys(pod) == bridges.contains(pod.name()));
    }
    assertThat(ManifestsTest.told(Form.DEV.manifests(), "ROLLCALL_JWT_ISSUER")).isEmpty();
  }

  private static boolean isToldKeys(Pod pod) {
    long told = KEYS.stream().filter(pod::isTold).count();
    assertThat(told).isLessThanOrEqualTo(1);
    return told == 1;
  }

  @Test
  void imagesArePinnedByTheirDigests() throws IOException {
    assertThat(FORM.manifests().images()).allMatch(it -> it.matches(".+@sha256:[0-9a-f]{64}"));
    assertThat(Form.DEV.manifests().images()).noneMatch(it -> it.contains("@"));
  }

  /** What is tried out is what was built, and comes from nowhere else. */
  @Test
  void imagesOfDevelopmentAreNamedAsTheyAreBuilt() throws IOException {
    String version =
        Checkout.text(Checkout.file("pom.xml")).replaceFirst("(?s).*?<version>(.*?)<.*", "$1");
    assertThat(Form.DEV.manifests().images())
        .filteredOn(it -> it.contains("rollcall/"))
        .containsExactlyInAnyOrderElementsOf(
            Checkout.SERVICES.stream()
                .map(it -> "localhost/rollcall/" + it + ":" + version)
                .toList());
    assertThat(
            Checkout.text(
                Checkout.file("k8s/images/src/main/java/dev/rollcall/image/ServiceImage.java")))
        .contains("NAMES = \"localhost/rollcall/\"");
  }

  @Test
  void allIsInOneNamespace() throws IOException {
    assertThat(FORM.manifests().strays()).isEmpty();
    assertThat(FORM.with("  namespace: rollcall\n", "  namespace: rolcall\n").strays())
        .contains("Deployment chat-service", "Ingress pages", "ServiceMonitor rollcall");
  }

  @Test
  void oneIsTakenAwayAtATime() throws IOException {
    assertThat(new Operation(FORM.manifests()).unguarded()).isEmpty();
    assertThat(new Operation(FORM.with("maxUnavailable: 1", "maxUnavailable: 2")).unguarded())
        .hasSize(4);
    assertThat(
            unguardedWith(
                "selector:\n    matchLabels:\n      rollcall.",
                "selector:\n    matchLabels:\n      rolcall."))
        .hasSize(4);
  }

  @Test
  void whatServesRequestsScalesAndTheReplicasDoNot() throws IOException {
    Operation operation = new Operation(FORM.manifests());
    assertThat(operation.scaled())
        .containsExactlyInAnyOrder("chat-service", "dashboard-service", "orders-service");
    assertThat(operation.fixed()).isEqualTo(Map.of("presence-service", 3));
    assertThat(operation.disputed()).isEmpty();
    assertThat(
            disputedWith(
                "spec:\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: chat",
                "spec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: chat"))
        .containsExactly("chat-service");
    assertThat(
            new Operation(
                    FORM.with(
                        "    name: chat-service\n  minReplicas", "    name: chat\n  minReplicas"))
                .fixed())
        .containsKey("chat-service");
  }

  @Test
  void podsAreTakenAwaySlowly() throws IOException {
    assertThat(new Operation(FORM.manifests()).rash()).isEmpty();
    assertThat(new Operation(FORM.with("minReplicas: 2", "minReplicas: 1")).rash()).hasSize(3);
    assertThat(new Operation(FORM.with("WindowSeconds: 900", "WindowSeconds: 0")).rash())
        .hasSize(2);
  }

  @Test
  void podsAreAddedByAMetricThatIsThereAndBeforeANodeIsFull() throws IOException {
    Map<String, Set<String>> measures = new Operation(FORM.manifests()).measures();
    assertThat(measures.keySet()).isNotEmpty().allMatch(ProductionTest::isMeasured);
    assertThat(isMeasured("rollcall_bridge_connexions")).isFalse();
    int most = Integer.parseInt(only(FORM.manifests().told("ROLLCALL_MAX_CONNECTIONS")));
    assertThat(Integer.parseInt(only(measures.get("rollcall_bridge_connections"))))
        .isLessThan(most / 2);
  }

  /** The name in Prometheus is the code's with other separators; the code has it in two parts. */
  private static boolean isMeasured(String metric) {
    String name = metric.replace('_', '.');
    return LITERALS.stream()
        .filter(prefix -> prefix.endsWith(".") && name.startsWith(prefix))
        .anyMatch(prefix -> LITERALS.contains(name.substring(prefix.length())));
  }

  @Test
  void everyNodeIsWatched() throws IOException {
    Set<String> all = Set.copyOf(Checkout.SERVICES);
    assertThat(new Operation(FORM.manifests()).watched(LITERALS)).isEqualTo(all);
    assertThat(watchedWith("path: /metrics", "path: /metric")).isEmpty();
    assertThat(watchedWith("- port: management", "- port: http")).isNotEqualTo(all);
    assertThat(watchedWith("honorLabels: true", "honorLabels: false")).isEmpty();
  }

  private static Set<String> watchedWith(String right, String wrong) throws IOException {
    return new Operation(FORM.with(right, wrong)).watched(LITERALS);
  }

  private static List<String> disputedWith(String right, String wrong) throws IOException {
    return new Operation(FORM.with(right, wrong)).disputed();
  }

  private static List<String> unguardedWith(String right, String wrong) throws IOException {
    return new Operation(FORM.with(right, wrong)).unguarded();
  }

  private static List<String> filesWith(String right, String wrong) throws IOException {
    return new References(FORM.with(right, wrong)).files();
  }

  private static String only(Set<String> values) {
    assertThat(values).hasSize(1);
    return values.iterator().next();
  }
}
