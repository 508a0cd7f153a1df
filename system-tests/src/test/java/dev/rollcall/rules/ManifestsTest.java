package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The manifests agree with Kubernetes' model, with one another and with the code: on the files as
 * they are written, and on what kubectl renders of them where it is there.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("forms")
class ManifestsTest {
  private static final String BASE = "k8s/base";

  private static final Set<String> LITERALS = Set.copyOf(Checkout.literals());

  @Parameter(0)
  String form;

  @Parameter(1)
  String yaml;

  static Stream<Arguments> forms() throws IOException, InterruptedException {
    Arguments written = Arguments.of("written", Kustomize.written(BASE));
    if (!Kustomize.isThere()) {
      System.out.println(
          "no kubectl with kustomize 5 is here: the manifests are checked as they are written");
      return Stream.of(written);
    }
    return Stream.of(written, Arguments.of("rendered", Kustomize.render(BASE)));
  }

  @Test
  void aFieldThatKubernetesDoesNotKnowIsCaught() {
    assertRefused("publishNotReadyAddresses:", "publishNotReadyAdresses:");
    assertRefused("failureThreshold: 60", "failureTreshold: 60");
    assertRefused("maxSurge: 1", "maxSurges: 1");
    assertRefused("- ALL", "- ALL\n            only: []");
  }

  @Test
  void aFieldThatStandsTwiceIsCaught() {
    assertThatThrownBy(() -> with("replicas: 3", "replicas: 3\n  replicas: 2"))
        .hasMessageContaining("Duplicate field");
  }

  @Test
  void anUnknownKindIsCaught() {
    assertThatThrownBy(() -> with("kind: ServiceAccount", "kind: ServiceAcount"))
        .hasMessage("unknown kind: v1 ServiceAcount");
    assertThatThrownBy(() -> with("apiVersion: apps/v1", "apiVersion: apps/v1beta7"))
        .hasMessage("unknown kind: apps/v1beta7 Deployment");
  }

  @Test
  void aNumberWhereTextBelongsIsCaught() {
    assertRefused("value: /etc/rollcall/issuer/public.pem", "value: 8080");
    assertRefused("value: /etc/rollcall/issuer/public.pem", "value: true");
    assertRefused("publishNotReadyAddresses: true", "publishNotReadyAddresses: 'true'");
  }

  @Test
  void everySelectorFindsPods() throws IOException {
    assertThat(manifests().selectors()).isEmpty();
    assertThat(with("matchLabels:\n      app.", "matchLabels:\n      apps.").selectors())
        .hasSize(4);
    assertThat(with("selector:\n    app.", "selector:\n    apps.").selectors()).hasSize(3);
  }

  @Test
  void everyPortOfAProbeOrAServiceIsThere() throws IOException {
    assertThat(manifests().ports()).isEmpty();
    assertThat(with("port: management", "port: managment").ports()).isNotEmpty();
    assertThat(with("targetPort: bus", "targetPort: buss").ports()).isNotEmpty();
  }

  @Test
  void nodesListenWhereTheManifestsSay() throws IOException {
    assertThat(differingPorts(manifests())).isEmpty();
    assertThat(differingPorts(with("containerPort: 5801", "containerPort: 5901"))).hasSize(1);
  }

  @Test
  void everyVariableIsReadByTheCode() throws IOException {
    assertThat(manifests().variables(LITERALS)).isEmpty();
    assertThat(with("ROLLCALL_BUS_PORT", "ROLLCALL_BUSS_PORT").variables(LITERALS))
        .containsExactly("ROLLCALL_BUSS_PORT");
    assertThat(with("DATABASE_URL", "DATABASE_URI").variables(LITERALS))
        .containsExactly("DATABASE_URI");
  }

  @Test
  void everyProbePathIsServedByTheCode() throws IOException {
    assertThat(manifests().paths(LITERALS)).isEmpty();
    assertThat(with("/health/live", "/health/alive").paths(LITERALS))
        .containsExactly("/health/alive");
  }

  @Test
  void everyPodIsProbedLimitedAndRestricted() throws IOException {
    assertThat(manifests().lacks()).isEmpty();
    assertThat(with("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false").lacks())
        .isNotEmpty();
    assertThat(with("runAsNonRoot: true", "runAsNonRoot: false").lacks()).isNotEmpty();
  }

  @Test
  void imagesAreTheServices() throws IOException {
    assertThat(manifests().images())
        .isEqualTo(Checkout.SERVICES.stream().map("rollcall/"::concat).collect(Collectors.toSet()));
  }

  @Test
  void nodesMeetWhereEveryPodIsFound() throws IOException {
    assertThat(manifests().meetingPoints()).isEqualTo(manifests().told("ROLLCALL_CLUSTER_DNS"));
    assertThat(with("publishNotReadyAddresses: true", "publishNotReadyAddresses: false"))
        .extracting(Manifests::meetingPoints)
        .isEqualTo(Set.of());
  }

  private static Stream<String> differingPorts(Manifests manifests) {
    return Stream.of(
            manifests.portsTold("cluster", "ROLLCALL_CLUSTER_PORT"),
            manifests.portsTold("bus", "ROLLCALL_BUS_PORT"),
            manifests.portsTold("http", "ROLLCALL_HTTP_PORT"),
            manifests.portsTold("management", "ROLLCALL_MANAGEMENT_PORT"))
        .flatMap(problems -> problems.stream());
  }

  private Manifests manifests() throws IOException {
    return Manifests.parse(yaml);
  }

  private Manifests with(String right, String wrong) throws IOException {
    return Manifests.parse(planted(right, wrong));
  }

  private void assertRefused(String right, String wrong) {
    String planted = planted(right, wrong);
    assertThatThrownBy(() -> Manifests.parse(planted)).isInstanceOf(MismatchedInputException.class);
  }

  private String planted(String right, String wrong) {
    assertThat(yaml).contains(right);
    return yaml.replace(right, wrong);
  }
}
