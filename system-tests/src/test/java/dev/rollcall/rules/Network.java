package dev.rollcall.rules;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Who may speak to whom by the policies: as Kubernetes judges it, one who is selected by a policy
 * of a direction may do only what one of these policies allows.
 */
record Network(List<NetworkPolicy> policies) {

  /**
   * One end of a connection.
   *
   * @param namespace the labels of its namespace, null for that of the policies themselves
   * @param labels null for an address that is no pod's
   * @param address empty where it is one of many
   */
  record End(Map<String, String> namespace, Map<String, String> labels, String address) {

    End(Map<String, String> namespace, Map<String, String> labels) {
      this(namespace, labels, "");
    }

    static End at(String address) {
      return new End(Map.of(), null, address);
    }

    static End of(Pod pod) {
      return new End(null, pod.labels());
    }

    static End neighbour(String... label) {
      return new End(null, Map.of(label[0], label[1]));
    }

    static End elsewhere(String label, String value) {
      return new End(Map.of(label, value), Map.of());
    }

    static End outside() {
      return new End(Map.of(), null);
    }
  }

  static Network of(Manifests manifests) {
    return new Network(manifests.all(NetworkPolicy.class).toList());
  }

  boolean admits(End from, End to, int port) {
    return allowed("Ingress", to, from, port);
  }

  boolean lets(End from, End to, int port) {
    return allowed("Egress", from, to, port);
  }

  private boolean allowed(String direction, End own, End other, int port) {
    List<NetworkPolicy> bound =
        policies.stream()
            .filter(it -> it.getSpec().getPolicyTypes().contains(direction))
            .filter(it -> selects(it.getSpec().getPodSelector(), own.labels()))
            .toList();
    return bound.isEmpty()
        || bound.stream()
            .flatMap(it -> rules(it, direction))
            .anyMatch(rule -> rule.allows(other, port));
  }

  private record Rule(List<NetworkPolicyPeer> peers, List<NetworkPolicyPort> ports) {

    boolean allows(End other, int port) {
      boolean toPort =
          ports.isEmpty() || ports.stream().anyMatch(it -> it.getPort().getIntVal() == port);
      return toPort && (peers.isEmpty() || peers.stream().anyMatch(it -> isOne(it, other)));
    }
  }

  private static Stream<Rule> rules(NetworkPolicy policy, String direction) {
    return direction.equals("Ingress")
        ? policy.getSpec().getIngress().stream().map(it -> new Rule(it.getFrom(), it.getPorts()))
        : policy.getSpec().getEgress().stream().map(it -> new Rule(it.getTo(), it.getPorts()));
  }

  private static boolean isOne(NetworkPolicyPeer peer, End other) {
    if (peer.getIpBlock() != null) {
      return isThere(peer.getIpBlock(), other.address());
    }
    boolean there =
        peer.getNamespaceSelector() == null
            ? other.namespace() == null
            : other.namespace() != null && selects(peer.getNamespaceSelector(), other.namespace());
    return there
        && other.labels() != null
        && (peer.getPodSelector() == null || selects(peer.getPodSelector(), other.labels()));
  }

  private static boolean isThere(IPBlock block, String address) {
    if (!block.getCidr().endsWith("/32") || !block.getExcept().isEmpty()) {
      throw new IllegalArgumentException("more than one address is not known here: " + block);
    }
    return block.getCidr().equals(address + "/32");
  }

  private static boolean selects(LabelSelector selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.getMatchLabels().entrySet())
        && selector.getMatchExpressions().stream().allMatch(it -> holds(it, labels));
  }

  private static boolean holds(LabelSelectorRequirement wanted, Map<String, String> labels) {
    if (!wanted.getOperator().equals("In")) {
      throw new IllegalArgumentException("not known here: " + wanted.getOperator());
    }
    return labels.containsKey(wanted.getKey())
        && wanted.getValues().contains(labels.get(wanted.getKey()));
  }
}
