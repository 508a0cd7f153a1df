package dev.rollcall.rules;

import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** What has to agree among Kubernetes objects and with the code. A check answers with problems. */
record Manifests(List<Service> services, List<ConfigMap> configMaps, List<Pod> pods) {
  /** Read by the JVM, not by our code. */
  private static final Set<String> OF_THE_JVM = Set.of("JDK_JAVA_OPTIONS");

  /** A Deployment without a selector is taken for a patch of all the others. */
  static Manifests parse(String yaml) throws IOException {
    List<HasMetadata> objects = KubernetesReader.read(yaml);
    List<Deployment> all = of(Deployment.class, objects);
    List<Deployment> patches = all.stream().filter(Manifests::isPatch).toList();
    List<Pod> pods =
        all.stream().filter(it -> !isPatch(it)).map(it -> Pod.of(it, patches)).toList();
    return new Manifests(of(Service.class, objects), of(ConfigMap.class, objects), pods);
  }

  List<String> selectors() {
    Stream<String> nothing =
        services.stream()
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
        services.stream()
            .flatMap(
                service -> selected(service).stream().flatMap(pod -> unknown(pod, ports(service))));
    return Stream.concat(probes, served).distinct().toList();
  }

  /** Ports of pods that differ from the port that nodes are told to listen on. */
  List<String> portsTold(String port, String variable) {
    return pods.stream()
        .flatMap(pod -> Stream.ofNullable(pod.ports().get(port)))
        .filter(number -> !told(variable).equals(Set.of(number.toString())))
        .map(number -> port + " is " + number + ", nodes are told " + told(variable))
        .distinct()
        .toList();
  }

  /** Variables that no code reads. */
  List<String> variables(Set<String> read) {
    Stream<String> common = configMaps.stream().flatMap(it -> it.getData().keySet().stream());
    Stream<String> own = containers().flatMap(it -> it.getEnv().stream()).map(EnvVar::getName);
    return Stream.concat(common, own)
        .filter(variable -> !read.contains(variable) && !OF_THE_JVM.contains(variable))
        .distinct()
        .toList();
  }

  /** Paths of probes that no code serves. */
  List<String> paths(Set<String> served) {
    return pods.stream()
        .flatMap(Pod::probes)
        .map(HTTPGetAction::getPath)
        .filter(path -> !served.contains(path))
        .distinct()
        .toList();
  }

  List<String> lacks() {
    return pods.stream().flatMap(Pod::lacks).toList();
  }

  /** The images, without their tags. */
  Set<String> images() {
    return containers()
        .map(Container::getImage)
        .filter(Objects::nonNull)
        .map(image -> image.replaceFirst(":.*", ""))
        .collect(toSet());
  }

  /** The names that resolve to every pod, also to one that is not ready. */
  Set<String> meetingPoints() {
    return services.stream()
        .filter(it -> "None".equals(it.getSpec().getClusterIP()))
        .filter(it -> Boolean.TRUE.equals(it.getSpec().getPublishNotReadyAddresses()))
        .filter(it -> selected(it).equals(pods))
        .map(Manifests::name)
        .collect(toSet());
  }

  /** What nodes are told by a variable. */
  Set<String> told(String variable) {
    return configMaps.stream()
        .flatMap(it -> Stream.ofNullable(it.getData().get(variable)))
        .collect(toSet());
  }

  private Stream<Container> containers() {
    return pods.stream().flatMap(Pod::containers);
  }

  private List<Pod> selected(Service service) {
    return pods.stream().filter(pod -> pod.has(service.getSpec().getSelector())).toList();
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

  private static <T> List<T> of(Class<T> type, List<HasMetadata> objects) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static boolean isPatch(Deployment deployment) {
    return deployment.getSpec().getSelector() == null;
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }
}
