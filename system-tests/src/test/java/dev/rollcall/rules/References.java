package dev.rollcall.rules;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What objects refer to: what is among them, and what somebody else has to bring. */
record References(Manifests manifests) {

  /** The secrets that are not among the objects, each with the key that is read. */
  Set<String> secretsOfOthers() {
    Set<String> own = names(Secret.class);
    Stream<String> variables =
        manifests.pods().stream()
            .flatMap(Pod::variables)
            .filter(it -> it.getValueFrom() != null)
            .flatMap(it -> Stream.ofNullable(it.getValueFrom().getSecretKeyRef()))
            .map(it -> it.getName() + "/" + it.getKey());
    Stream<String> mounted =
        manifests.pods().stream().flatMap(this::volumes).flatMap(References::keys);
    Stream<String> shown =
        manifests
            .all(Ingress.class)
            .flatMap(it -> it.getSpec().getTls().stream())
            .map(it -> it.getSecretName() + "/*");
    return Stream.of(variables, mounted, shown)
        .flatMap(names -> names)
        .filter(name -> !own.contains(name.replaceFirst("/.*", "")))
        .collect(toCollection(TreeSet::new));
  }

  /** Secrets that are written down, which only development has. */
  Set<String> secretsOfOurs() {
    return names(Secret.class);
  }

  /** Accounts, ConfigMaps and volumes that are named and not there. */
  List<String> missing() {
    return manifests.pods().stream().flatMap(this::missing).distinct().toList();
  }

  private Stream<String> missing(Pod pod) {
    Stream<String> accounts =
        Stream.ofNullable(pod.spec().getServiceAccountName())
            .filter(it -> !names(ServiceAccount.class).contains(it));
    Stream<String> configMaps =
        pod.containers()
            .flatMap(it -> it.getEnvFrom().stream())
            .map(it -> it.getConfigMapRef().getName())
            .filter(it -> !names(ConfigMap.class).contains(it));
    Set<String> volumes = volumeNames(pod);
    Stream<String> mounts =
        pod.containers()
            .flatMap(it -> it.getVolumeMounts().stream())
            .map(VolumeMount::getName)
            .filter(it -> !volumes.contains(it));
    return Stream.of(accounts, configMaps, mounts)
        .flatMap(names -> names)
        .map(name -> pod.name() + " has no " + name);
  }

  /** Files that a node is told of, and that no volume brings. */
  List<String> files() {
    return manifests.nodes().stream()
        .flatMap(
            pod ->
                pod.containers()
                    .flatMap(
                        container ->
                            paths(container)
                                .filter(path -> lacks(pod, container, path))
                                .map(path -> pod.name() + " has no " + path)))
        .toList();
  }

  private static Stream<String> paths(Container container) {
    return container.getEnv().stream()
        .flatMap(it -> Stream.ofNullable(it.getValue()))
        .filter(value -> value.startsWith("/"));
  }

  /** Not below a mount, or below one of a secret that leaves out the key. */
  private boolean lacks(Pod pod, Container container, String path) {
    return container.getVolumeMounts().stream()
        .filter(mount -> path.startsWith(mount.getMountPath() + "/"))
        .noneMatch(mount -> has(pod, mount, path.substring(mount.getMountPath().length() + 1)));
  }

  private boolean has(Pod pod, VolumeMount mount, String file) {
    return volumes(pod)
        .filter(volume -> volume.getName().equals(mount.getName()))
        .anyMatch(
            volume ->
                volume.getSecret().getItems().isEmpty()
                    || volume.getSecret().getItems().stream()
                        .map(KeyToPath::getPath)
                        .anyMatch(file::equals));
  }

  private Stream<Volume> volumes(Pod pod) {
    return pod.spec().getVolumes().stream();
  }

  private static Stream<String> keys(Volume volume) {
    if (volume.getSecret() == null) {
      return Stream.empty();
    }
    String name = volume.getSecret().getSecretName();
    List<KeyToPath> items = volume.getSecret().getItems();
    return items.isEmpty()
        ? Stream.of(name + "/*")
        : items.stream().map(item -> name + "/" + item.getKey());
  }

  private Set<String> volumeNames(Pod pod) {
    Stream<String> claimed =
        pod.owner() instanceof StatefulSet set
            ? set.getSpec().getVolumeClaimTemplates().stream().map(Manifests::name)
            : Stream.empty();
    return Stream.concat(volumes(pod).map(Volume::getName), claimed).collect(toSet());
  }

  private <T extends HasMetadata> Set<String> names(Class<T> type) {
    return manifests.all(type).map(Manifests::name).collect(toSet());
  }
}
