package dev.rollcall.system.lab;

import dev.rollcall.system.Hosts;
import dev.rollcall.system.Installation;
import dev.rollcall.system.Kind;
import dev.rollcall.system.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * What Kubernetes does: places pods on hosts, has the DNS know them, starts anew what has ended,
 * and asks to end what is to go.
 */
final class Pods {
  /** As the manifests have it. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private static final int FIRST_ADDRESS = 10;

  private final Hosts hosts;
  private final Path folder;
  private final Dns dns;
  private final Map<String, String> common;
  private final Map<Kind, Integer> numbers = new EnumMap<>(Kind.class);
  private final Map<Integer, Integer> addresses = new HashMap<>();
  private final List<Pod> pods = new CopyOnWriteArrayList<>();
  private final Map<Pod, Installation> installations = new HashMap<>();
  private boolean closed;

  /**
   * @param common environment of every process
   */
  Pods(Hosts hosts, Path folder, Dns dns, Map<String, String> common) {
    this.hosts = hosts;
    this.folder = folder;
    this.dns = dns;
    this.common = Map.copyOf(common);
  }

  /** Returns those there are, in the order of their creation. */
  List<Pod> all() {
    return List.copyOf(pods);
  }

  List<Pod> of(Kind kind) {
    return pods.stream().filter(pod -> pod.kind() == kind).toList();
  }

  List<Pod> on(int host) {
    return pods.stream().filter(pod -> pod.host() == host).toList();
  }

  /** Creates a pod and starts its process. */
  synchronized Pod create(Kind kind, int host, Installation installation)
      throws IOException, InterruptedException {
    int number = numbers.merge(kind, 1, Integer::sum);
    int last = addresses.merge(host, 1, Integer::sum) + FIRST_ADDRESS - 1;
    Pod pod = new Pod(kind.title() + "-" + number, kind, host, "10.117." + host + "." + last);
    hosts.add(host, pod.address());
    installations.put(pod, installation);
    pods.add(pod);
    tellDns();
    start(pod);
    return pod;
  }

  /** Ends who is sick, and starts anew each process that has ended, unless its pod is held. */
  synchronized void startDue() throws IOException {
    for (Pod pod : pods) {
      if (!closed && pod.isSick()) {
        pod.process().kill();
      } else if (!closed && pod.isDue()) {
        start(pod);
      }
    }
  }

  /** Asks pods to end, waits until they have, and removes them; kills those whose time is over. */
  void delete(List<Pod> old) throws IOException, InterruptedException {
    old.forEach(pod -> pod.hold(true));
    synchronized (this) {
      pods.removeAll(old);
      tellDns();
    }
    old.forEach(pod -> pod.process().terminate());
    for (Pod pod : old) {
      if (!pod.process().endsWithin(GRACE)) {
        pod.process().kill();
        throw new IllegalStateException(pod + " did not end within " + GRACE.toSeconds() + " s");
      }
      hosts.remove(pod.host(), pod.address());
    }
  }

  private void tellDns() throws IOException, InterruptedException {
    dns.set(pods.stream().map(Pod::address).toList());
  }

  private void start(Pod pod) throws IOException {
    List<String> command = new ArrayList<>(hosts.on(pod.host()));
    command.addAll(installations.get(pod).command(pod.kind()));
    Path log = folder.resolve(pod.name() + "." + (pod.starts() + 1) + ".log");
    pod.runs(
        ServiceProcess.start(pod.name(), command, environment(pod), log, ServiceProcess::alive));
  }

  private Map<String, String> environment(Pod pod) {
    Map<String, String> environment = new HashMap<>(common);
    environment.put("ROLLCALL_CLUSTER_HOST", pod.address());
    environment.put("ROLLCALL_HTTP_HOST", pod.address());
    environment.put("ROLLCALL_HTTP_PORT", Integer.toString(Pod.HTTP_PORT));
    environment.put("ROLLCALL_MANAGEMENT_PORT", Integer.toString(Pod.MANAGEMENT_PORT));
    return environment;
  }

  /** Ends all at once, without a word. */
  synchronized void close() throws InterruptedException {
    closed = true;
    pods.forEach(pod -> pod.process().kill());
    for (Pod pod : pods) {
      pod.process().endsWithin(Duration.ofSeconds(5));
    }
  }

  @Override
  public String toString() {
    return pods.stream()
        .collect(
            Collectors.groupingBy(Pod::host, Collectors.mapping(Pod::name, Collectors.toList())))
        .toString();
  }
}
