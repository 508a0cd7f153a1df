package dev.rollcall.rules;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.PodsMetricSource;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.openshift.api.model.monitoring.v1.Endpoint;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** How nodes come, go and are watched. A check answers with problems. */
record Operation(Manifests manifests) {

  /** The seconds from the word that a pod is to end until it is killed, less what it may need. */
  List<Long> secondsLeft(long closeMillis) {
    long drainMillis =
        manifests.told("ROLLCALL_DRAIN_MILLIS").stream().mapToLong(Long::parseLong).sum();
    return manifests.nodes().stream()
        .map(
            pod ->
                pod.spec().getTerminationGracePeriodSeconds()
                    - secondsOfSleep(pod)
                    - (drainMillis + closeMillis) / 1_000)
        .toList();
  }

  /** How long a pod waits before it is told to end, until no proxy knows it. */
  static long secondsOfSleep(Pod pod) {
    return pod.containers()
        .flatMap(it -> Stream.ofNullable(it.getLifecycle()))
        .map(Lifecycle::getPreStop)
        .mapToLong(it -> it.getSleep().getSeconds())
        .sum();
  }

  /** Deployments that take more than one away at a time, or before the next is ready. */
  List<String> hasty() {
    return manifests
        .all(Deployment.class)
        .filter(it -> !isOneByOne(it))
        .map(Manifests::name)
        .toList();
  }

  private static boolean isOneByOne(Deployment deployment) {
    var update = deployment.getSpec().getStrategy().getRollingUpdate();
    return update.getMaxSurge().getIntVal() == 1
        && update.getMaxUnavailable().getIntVal() == 0
        && deployment.getSpec().getMinReadySeconds() > 0;
  }

  /** Nodes that are not in exactly one budget that gives up one at a time. */
  List<String> unguarded() {
    return manifests.nodes().stream()
        .filter(
            pod -> budgets().filter(it -> pod.has(it.getSelector().getMatchLabels())).count() != 1)
        .map(Pod::name)
        .toList();
  }

  private Stream<PodDisruptionBudgetSpec> budgets() {
    return manifests
        .all(PodDisruptionBudget.class)
        .map(PodDisruptionBudget::getSpec)
        .filter(it -> it.getMaxUnavailable().getIntVal() == 1);
  }

  /** The Deployments that something scales; of one that is not there, too. */
  Set<String> scaled() {
    return scalers().map(it -> it.getScaleTargetRef().getName()).collect(toSet());
  }

  /** How many there are of each that nothing scales; one where nothing is said. */
  Map<String, Integer> fixed() {
    return manifests
        .all(Deployment.class)
        .filter(it -> !scaled().contains(Manifests.name(it)))
        .collect(
            toMap(
                Manifests::name,
                it -> it.getSpec().getReplicas() == null ? 1 : it.getSpec().getReplicas()));
  }

  /** Deployments whose number is said twice, so that each update would set the scaler's back. */
  List<String> disputed() {
    return manifests
        .all(Deployment.class)
        .filter(it -> scaled().contains(Manifests.name(it)))
        .filter(it -> it.getSpec().getReplicas() != null)
        .map(Manifests::name)
        .toList();
  }

  /** What is scaled below two, or down by more than one pod in two minutes. */
  List<String> rash() {
    return scalers()
        .filter(it -> it.getMinReplicas() < 2 || !isSlowDown(it))
        .map(it -> it.getScaleTargetRef().getName())
        .toList();
  }

  private static boolean isSlowDown(HorizontalPodAutoscalerSpec scaler) {
    var down = scaler.getBehavior().getScaleDown();
    return down.getStabilizationWindowSeconds() >= 300
        && down.getPolicies().stream()
            .allMatch(it -> it.getValue() == 1 && it.getPeriodSeconds() >= 120);
  }

  /** The metrics of pods that what is scaled is scaled by, and how much a pod may have of each. */
  Map<String, Set<String>> measures() {
    return scalers()
        .flatMap(it -> it.getMetrics().stream())
        .flatMap(it -> Stream.ofNullable(it.getPods()))
        .collect(groupingBy(it -> it.getMetric().getName(), mapping(Operation::target, toSet())));
  }

  private static String target(PodsMetricSource source) {
    return source.getTarget().getAverageValue().getAmount();
  }

  /** The pods that a monitor finds at a port, by the path that it asks; none by one unserved. */
  Set<String> watched(Collection<String> served) {
    return manifests
        .all(ServiceMonitor.class)
        .flatMap(
            monitor ->
                monitor.getSpec().getEndpoints().stream()
                    .filter(it -> served.contains(it.getPath()) && it.getHonorLabels())
                    .flatMap(it -> services(monitor, it)))
        .flatMap(it -> manifests.selected(it).stream())
        .map(Pod::name)
        .collect(toSet());
  }

  private Stream<Service> services(ServiceMonitor monitor, Endpoint endpoint) {
    Map<String, String> wanted = monitor.getSpec().getSelector().getMatchLabels();
    return manifests
        .all(Service.class)
        .filter(it -> it.getMetadata().getLabels() != null)
        .filter(it -> it.getMetadata().getLabels().entrySet().containsAll(wanted.entrySet()))
        .filter(
            it ->
                it.getSpec().getPorts().stream()
                    .anyMatch(port -> port.getName().equals(endpoint.getPort())));
  }

  private Stream<HorizontalPodAutoscalerSpec> scalers() {
    return manifests.all(HorizontalPodAutoscaler.class).map(HorizontalPodAutoscaler::getSpec);
  }
}
