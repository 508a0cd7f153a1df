package dev.rollcall.rules;

import static java.util.stream.Collectors.toMap;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** The pods of one Deployment or StatefulSet. */
record Pod(HasMetadata owner, Map<String, String> labels, LabelSelector selector, PodSpec spec) {

  static Pod of(Deployment deployment) {
    return of(deployment, deployment.getSpec().getSelector(), deployment.getSpec().getTemplate());
  }

  static Pod of(StatefulSet set) {
    return of(set, set.getSpec().getSelector(), set.getSpec().getTemplate());
  }

  private static Pod of(HasMetadata owner, LabelSelector selector, PodTemplateSpec template) {
    return new Pod(owner, template.getMetadata().getLabels(), selector, template.getSpec());
  }

  String name() {
    return owner.getMetadata().getName();
  }

  boolean isNode() {
    return labels.containsKey("rollcall.dev/cluster");
  }

  boolean has(Map<String, String> wanted) {
    return !wanted.isEmpty() && labels.entrySet().containsAll(wanted.entrySet());
  }

  boolean selectsItself() {
    return has(selector.getMatchLabels());
  }

  Stream<Container> containers() {
    return spec.getContainers().stream();
  }

  /** The variables that are its own, beside those that all nodes are told. */
  Stream<EnvVar> variables() {
    return containers().flatMap(it -> it.getEnv().stream());
  }

  boolean isTold(String variable) {
    return variables().anyMatch(it -> it.getName().equals(variable));
  }

  Map<String, Integer> ports() {
    return containers()
        .flatMap(it -> it.getPorts().stream())
        .collect(toMap(ContainerPort::getName, ContainerPort::getContainerPort));
  }

  Stream<HTTPGetAction> probes() {
    return containers()
        .flatMap(
            it -> Stream.of(it.getStartupProbe(), it.getLivenessProbe(), it.getReadinessProbe()))
        .filter(Objects::nonNull)
        .map(Probe::getHttpGet)
        .filter(Objects::nonNull);
  }

  /** What it lacks of probes, limits, and of what the restricted Pod Security Standard asks for. */
  Stream<String> lacks() {
    return Stream.of(
            lack("startup probe", !isNode() || each(Container::getStartupProbe)),
            lack("liveness probe", !isNode() || each(Container::getLivenessProbe)),
            lack("readiness probe", each(Container::getReadinessProbe)),
            lack("memory limit", containers().allMatch(Pod::isLimited)),
            lack("restricted container", containers().allMatch(Pod::isRestricted)),
            lack("user other than root", isNotRoot()))
        .flatMap(lacks -> lacks);
  }

  private Stream<String> lack(String what, boolean there) {
    return there ? Stream.empty() : Stream.of(name() + " has no " + what);
  }

  private boolean each(Function<Container, Probe> probe) {
    return containers().map(probe).allMatch(Objects::nonNull);
  }

  private static boolean isLimited(Container container) {
    return container.getResources() != null
        && container.getResources().getLimits().containsKey("memory")
        && container.getResources().getRequests().containsKey("memory")
        && container.getResources().getRequests().containsKey("cpu");
  }

  private static boolean isRestricted(Container container) {
    var context = container.getSecurityContext();
    return context != null
        && Boolean.FALSE.equals(context.getAllowPrivilegeEscalation())
        && Boolean.TRUE.equals(context.getReadOnlyRootFilesystem())
        && context.getCapabilities().getDrop().equals(List.of("ALL"));
  }

  private boolean isNotRoot() {
    var context = spec.getSecurityContext();
    return context != null
        && Boolean.TRUE.equals(context.getRunAsNonRoot())
        && context.getRunAsUser() > 0
        && context.getSeccompProfile().getType().equals("RuntimeDefault");
  }
}
