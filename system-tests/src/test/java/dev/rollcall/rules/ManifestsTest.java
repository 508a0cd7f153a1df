package dev.rollcall.rules;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The manifests, in each form in which they are deployed, agree with Kubernetes' model, with one
 * another and with the code.
 */
@ParameterizedClass(name = "{0}")
@FieldSource("dev.rollcall.rules.Form#ALL")
class ManifestsTest {
  private static final Set<String> LITERALS = Set.copyOf(Checkout.literals());

  @Parameter Form form;

  @Test
  void aFieldThatKubernetesDoesNotKnowIsCaught() {
    assertRefused("publishNotReadyAddresses:", "publishNotReadyAdresses:");
    assertRefused("failureThreshold: 60", "failureTreshold: 60");
    assertRefused("maxSurge: 1", "maxSurges: 1");
    assertRefused("drop:", "only: []\n              drop:");
  }

  @Test
  void aFieldThatStandsTwiceIsCaught() {
    assertThatThrownBy(() -> form.with("maxSurge: 1", "maxSurge: 1\n      maxSurge: 2"))
        .hasMessageContaining("Duplicate field");
  }

  @Test
  void anUnknownKindIsCaught() {
    assertThatThrownBy(() -> form.with("kind: ServiceAccount", "kind: ServiceAcount"))
        .hasMessage("unknown kind: v1 ServiceAcount");
    assertThatThrownBy(() -> form.with("apiVersion: apps/v1", "apiVersion: apps/v1beta7"))
        .hasMessageStartingWith("unknown kind: apps/v1beta7");
  }

  @Test
  void aValueOfAnotherTypeIsCaught() {
    assertRefused("path: /health/live", "path: 8080");
    assertRefused("path: /health/live", "path: true");
    assertRefused("publishNotReadyAddresses: true", "publishNotReadyAddresses: 'true'");
  }

  @Test
  void everySelectorFindsPods() throws IOException {
    assertThat(form.manifests().selectors()).isEmpty();
    assertThat(form.with("matchLabels:\n      app.", "matchLabels:\n      apps.").selectors())
        .hasSizeGreaterThanOrEqualTo(4);
    assertThat(form.with("selector:\n    app.", "selector:\n    apps.").selectors())
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void everyPortOfAProbeOrAServiceIsThere() throws IOException {
    assertThat(form.manifests().ports()).isEmpty();
    assertThat(form.with("port: management", "port: managment").ports()).isNotEmpty();
    assertThat(form.with("targetPort: bus", "targetPort: buss").ports()).isNotEmpty();
  }

  @Test
  void nodesListenWhereTheManifestsSay() throws IOException {
    assertThat(differingPorts(form.manifests())).isEmpty();
    assertThat(differingPorts(form.with("containerPort: 5801", "containerPort: 5901"))).hasSize(1);
  }

  @Test
  void everyVariableIsReadByTheCode() throws IOException {
    assertThat(form.manifests().variables(LITERALS)).isEmpty();
    assertThat(form.with("ROLLCALL_BUS_PORT", "ROLLCALL_BUSS_PORT").variables(LITERALS))
        .containsExactly("ROLLCALL_BUSS_PORT");
    assertThat(form.with("DATABASE_URL", "DATABASE_URI").variables(LITERALS))
        .containsExactly("DATABASE_URI");
  }

  @Test
  void everyProbePathIsServedByTheCode() throws IOException {
    assertThat(form.manifests().paths(LITERALS)).isEmpty();
    assertThat(form.with("/health/live", "/health/alive").paths(LITERALS))
        .containsExactly("/health/alive");
  }

  @Test
  void everyPodIsProbedLimitedAndRestricted() throws IOException {
    assertThat(form.manifests().lacks()).isEmpty();
    assertThat(lacksWith("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"))
        .isNotEmpty();
    assertThat(lacksWith("runAsNonRoot: true", "runAsNonRoot: false")).isNotEmpty();
    assertThat(lacksWith("runAsUser: 65532", "runAsUser: 0")).isNotEmpty();
    for (String field : List.of("startupProbe", "livenessProbe", "readinessProbe", "resources")) {
      assertThat(form.without(field).lacks()).hasSizeGreaterThanOrEqualTo(4);
    }
  }

  @Test
  void imagesAreTheServices() throws IOException {
    assertThat(services(form.manifests())).isEqualTo(Set.copyOf(Checkout.SERVICES));
    assertThat(services(form.with("rollcall/chat-service", "rollcall/chat")))
        .isNotEqualTo(Set.copyOf(Checkout.SERVICES));
  }

  @Test
  void nodesMeetWhereEveryNodeIsFound() throws IOException {
    assertThat(form.manifests().meetingPoints())
        .isEqualTo(form.manifests().told("ROLLCALL_CLUSTER_DNS"));
    assertThat(form.with("publishNotReadyAddresses: true", "publishNotReadyAddresses: false"))
        .extracting(Manifests::meetingPoints)
        .isEqualTo(Set.of());
  }

  @Test
  void whatIsReferredToIsThere() throws IOException {
    assertThat(new References(form.manifests()).missing()).isEmpty();
    assertThat(missingWith("serviceAccountName: rollcall", "serviceAccountName: rollcal"))
        .hasSize(4);
    assertThat(
            missingWith(
                "configMapRef:\n                name: rollcall",
                "configMapRef:\n                name: rolcall"))
        .hasSize(4);
    assertThat(
            missingWith(
                "- name: tmp\n              mountPath", "- name: temp\n              mountPath"))
        .isNotEmpty();
  }

  @Test
  void whoKeepsSomethingIsToldOfTheDatabase() throws IOException {
    assertThat(told(form.manifests(), "DATABASE_URL"))
        .isEqualTo(Checkout.servicesWith("Database.open("));
    assertThat(told(form.with("DATABASE_URL", "DATABASE_URI"), "DATABASE_URL")).isEmpty();
  }

  @Test
  void nothingIsInAnotherNamespace() throws IOException {
    assertThat(form.manifests().strays()).isEmpty();
  }

  @Test
  void aNodeIsGivenTheTimeThatItTakesToEnd() throws Exception {
    assertThat(new Operation(form.manifests()).secondsLeft(closeMillis())).allMatch(it -> it >= 10);
    assertThat(
            secondsLeftWith("ROLLCALL_DRAIN_MILLIS: \"5000\"", "ROLLCALL_DRAIN_MILLIS: \"30000\""))
        .allMatch(it -> it < 10);
    assertThat(secondsLeftWith("seconds: 10", "seconds: 40")).allMatch(it -> it < 10);
    assertThat(secondsLeftWith("GracePeriodSeconds: 60", "GracePeriodSeconds: 30"))
        .allMatch(it -> it < 10);
    assertThat(new Operation(form.manifests()).secondsLeft(closeMillis() + 20_000))
        .allMatch(it -> it < 10);
  }

  @Test
  void aNodeIsOutOfTheProxiesSightBeforeItEnds() throws IOException {
    assertThat(form.manifests().nodes()).allMatch(it -> Operation.secondsOfSleep(it) >= 5);
    assertThat(form.with("seconds: 10", "seconds: 1").nodes())
        .noneMatch(it -> Operation.secondsOfSleep(it) >= 5);
  }

  @Test
  void updatesTakeOneAtATimeAndTheNewOneFirst() throws IOException {
    assertThat(new Operation(form.manifests()).hasty()).isEmpty();
    assertThat(new Operation(form.with("maxUnavailable: 0", "maxUnavailable: 1")).hasty())
        .hasSize(4);
    assertThat(new Operation(form.with("minReadySeconds: 5", "minReadySeconds: 0")).hasty())
        .hasSize(4);
  }

  private static long closeMillis() throws ReflectiveOperationException {
    var constant = Class.forName("dev.rollcall.node.NodeProcess").getDeclaredField("CLOSE_MILLIS");
    constant.setAccessible(true);
    return constant.getLong(null);
  }

  private List<Long> secondsLeftWith(String right, String wrong) throws Exception {
    return new Operation(form.with(right, wrong)).secondsLeft(closeMillis());
  }

  private List<String> missingWith(String right, String wrong) throws IOException {
    return new References(form.with(right, wrong)).missing();
  }

  private List<String> lacksWith(String right, String wrong) throws IOException {
    return form.with(right, wrong).lacks();
  }

  static Set<String> told(Manifests manifests, String variable) {
    return manifests.nodes().stream()
        .filter(it -> it.isTold(variable))
        .map(Pod::name)
        .collect(toSet());
  }

  private static Set<String> services(Manifests manifests) {
    return manifests.images().stream()
        .map(image -> image.replaceFirst("(.*/)?rollcall/([^:@]*).*", "$2"))
        .collect(toSet());
  }

  private static Stream<String> differingPorts(Manifests manifests) {
    return Stream.of(
            manifests.portsTold("cluster", "ROLLCALL_CLUSTER_PORT"),
            manifests.portsTold("bus", "ROLLCALL_BUS_PORT"),
            manifests.portsTold("http", "ROLLCALL_HTTP_PORT"),
            manifests.portsTold("management", "ROLLCALL_MANAGEMENT_PORT"))
        .flatMap(problems -> problems.stream());
  }

  private void assertRefused(String right, String wrong) {
    String planted = form.planted(right, wrong);
    assertThatThrownBy(() -> Manifests.parse(planted)).isInstanceOf(MismatchedInputException.class);
  }
}
