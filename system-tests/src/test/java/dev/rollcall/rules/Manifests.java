package dev.rollcall.rules;

import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What has to agree among Kubernetes objects and with the code. A check answers with problems. */
record Manifests(List<HasMetadata> objects, List<Pod> pods) {
  /** Read by the JVM, not by our code. */
  private static final Set<String> OF_THE_JVM = Set.of("JDK_JAVA_OPTIONS");

  static Manifests parse(String yaml) throws IOException {
    List<HasMetadata> objects = KubernetesReader.read(yaml);
    return new Manifests(
        objects,
        Stream.concat(
                of(objects, Deployment.class).map(Pod::of),
                of(objects, StatefulSet.class).map(Pod::of))
            .toList());
  }

  <T> Stream<T> all(Class<T> type) {
    return of(objects, type);
  }

  /** The pods that are nodes of the cluster, and not the database beside them. */
  List<Pod> nodes() {
    return pods.stream().filter(Pod::isNode).toList();
  }

  List<String> selectors() {
    Stream<String> nothing =
        all(Service.class)
            .filter(service -> selected(service).isEmpty())
            .map(service -> name(service) + " selects nothing");
    Stream<String> others =
        pods.stream()
            .filter(pod -> !pod.selectsItself())
            .map(pod -> pod.name() + " selects others");
    return Stream.concat(nothing, others).toList();
  }

  /** Ports that a probe or a Service names and a pod lacks. */
  List<String> ports() {
    Stream<String> probes =
        pods.stream()
            .flatMap(pod -> unknown(pod, pod.probes().map(get -> get.getPort().getStrVal())));
    Stream<String> served =
        all(Service.class)
            .flatMap(
                service -> selected(service).stream().flatMap(pod -> unknown(pod, ports(service))));
    return Stream.concat(probes, served).distinct().toList();
  }

  /** Ports of nodes that differ from the port that they are told to listen on. */
  List<String> portsTold(String port, String variable) {
    return nodes().stream()
        .flatMap(pod -> Stream.ofNullable(pod.ports().get(port)))
        .filter(number -> !told(variable).equals(Set.of(number.toString())))
        .map(number -> port + " is " + number + ", nodes are told " + told(variable))
        .distinct()
        .toList();
  }

  /** Variables that no code reads. */
  List<String> variables(Set<String> read) {
    Stream<String> common =
        all(ConfigMap.class).filter(Manifests::isOfNodes).flatMap(Manifests::keys);
    Stream<String> own =
        nodes().stream()
            .flatMap(Pod::containers)
            .flatMap(it -> it.getEnv().stream())
            .map(EnvVar::getName);
    return Stream.concat(common, own)
        .filter(variable -> !read.contains(variable) && !OF_THE_JVM.contains(variable))
        .distinct()
        .toList();
  }

  /** Paths of probes that no code serves. */
  List<String> paths(Set<String> served) {
    return nodes().stream()
        .flatMap(Pod::probes)
        .map(HTTPGetAction::getPath)
        .filter(path -> !served.contains(path))
        .distinct()
        .toList();
  }

  List<String> lacks() {
    return pods.stream().flatMap(Pod::lacks).toList();
  }

  /** The images of the nodes, as they are written. */
  Set<String> images() {
    return nodes().stream().flatMap(Pod::containers).map(Container::getImage).collect(toSet());
  }

  /** The names that resolve to every node, also to one that is not ready. */
  Set<String> meetingPoints() {
    return all(Service.class)
        .filter(it -> "None".equals(it.getSpec().getClusterIP()))
        .filter(it -> Boolean.TRUE.equals(it.getSpec().getPublishNotReadyAddresses()))
        .filter(it -> selected(it).equals(nodes()))
        .map(Manifests::name)
        .collect(toSet());
  }

  /** What nodes are told by a variable. */
  Set<String> told(String variable) {
    return all(ConfigMap.class)
        .filter(Manifests::isOfNodes)
        .flatMap(it -> Stream.ofNullable(it.getData().get(variable)))
        .collect(toSet());
  }

  /** Objects of another namespace than the one that is made for them; none where none is made. */
  List<String> strays() {
    return all(Namespace.class)
        .flatMap(
            namespace ->
                objects.stream()
                    .filter(Namespaced.class::isInstance)
                    .filter(it -> !name(namespace).equals(it.getMetadata().getNamespace()))
                    .map(it -> it.getKind() + " " + name(it)))
        .toList();
  }

  List<Pod> selected(Service service) {
    return pods.stream().filter(pod -> pod.has(service.getSpec().getSelector())).toList();
  }

  static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }

  private static Stream<String> keys(ConfigMap configMap) {
    return configMap.getData().keySet().stream();
  }

  /** Other ConfigMaps, such as a dashboard, are not for nodes. */
  private static boolean isOfNodes(ConfigMap configMap) {
    return name(configMap).equals("rollcall");
  }

  private static Stream<String> unknown(Pod pod, Stream<String> ports) {
    return ports
        .filter(port -> !pod.ports().containsKey(port))
        .map(port -> pod.name() + " has no port " + port);
  }

  private static Stream<String> ports(Service service) {
    return service.getSpec().getPorts().stream()
        .map(ServicePort::getTargetPort)
        .map(port -> port == null ? "by name" : port.getStrVal());
  }

  private static <T> Stream<T> of(List<HasMetadata> objects, Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast);
  }
}
