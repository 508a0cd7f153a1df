package dev.rollcall.rules;

import static java.util.stream.Collectors.toMap;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The pods of one Deployment.
 *
 * @param parts the Deployment's own template, and those of the patches where they are not merged
 *     yet
 */
record Pod(String name, Map<String, String> labels, LabelSelector selector, List<PodSpec> parts) {

  static Pod of(Deployment deployment, List<Deployment> patches) {
    PodTemplateSpec template = deployment.getSpec().getTemplate();
    return new Pod(
        deployment.getMetadata().getName(),
        template.getMetadata().getLabels(),
        deployment.getSpec().getSelector(),
        Stream.concat(Stream.of(deployment), patches.stream())
            .map(it -> it.getSpec().getTemplate().getSpec())
            .toList());
  }

  boolean has(Map<String, String> wanted) {
    return !wanted.isEmpty() && labels.entrySet().containsAll(wanted.entrySet());
  }

  boolean selectsItself() {
    return has(selector.getMatchLabels());
  }

  Stream<Container> containers() {
    return parts.stream().flatMap(part -> part.getContainers().stream());
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
        .map(Probe::getHttpGet);
  }

  /** What it lacks of probes, limits, and of what the restricted Pod Security Standard asks for. */
  Stream<String> lacks() {
    return Stream.of(
            lack("startup probe", container(it -> it.getStartupProbe() != null)),
            lack("liveness probe", container(it -> it.getLivenessProbe() != null)),
            lack("readiness probe", container(it -> it.getReadinessProbe() != null)),
            lack("memory limit", container(Pod::isLimited)),
            lack("restricted container", container(Pod::isRestricted)),
            lack("user other than root", parts.stream().anyMatch(Pod::isNotRoot)),
            lack("end of its grace", parts.stream().anyMatch(Pod::hasGrace)))
        .flatMap(lacks -> lacks);
  }

  private Stream<String> lack(String what, boolean there) {
    return there ? Stream.empty() : Stream.of(name + " has no " + what);
  }

  private boolean container(Predicate<Container> predicate) {
    return containers().anyMatch(predicate);
  }

  private static boolean isLimited(Container container) {
    return container.getResources() != null
        && container.getResources().getLimits().containsKey("memory")
        && container.getResources().getRequests().containsKey("cpu");
  }

  private static boolean isRestricted(Container container) {
    var context = container.getSecurityContext();
    return context != null
        && Boolean.FALSE.equals(context.getAllowPrivilegeEscalation())
        && Boolean.TRUE.equals(context.getReadOnlyRootFilesystem())
        && context.getCapabilities().getDrop().equals(List.of("ALL"));
  }

  private static boolean isNotRoot(PodSpec part) {
    var context = part.getSecurityContext();
    return context != null
        && Boolean.TRUE.equals(context.getRunAsNonRoot())
        && context.getSeccompProfile().getType().equals("RuntimeDefault");
  }

  private static boolean hasGrace(PodSpec part) {
    return part.getTerminationGracePeriodSeconds() != null;
  }
}
