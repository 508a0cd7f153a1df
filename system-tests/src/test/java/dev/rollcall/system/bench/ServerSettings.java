package dev.rollcall.system.bench;

import java.util.List;
import java.util.Map;

/**
 * What a server process is told by its environment.
 *
 * @param number which of the nodes it is, from 0
 * @param httpPort where clients connect
 * @param clusterPorts where the members of the cluster talk, one each
 */
record ServerSettings(int number, int httpPort, List<Integer> clusterPorts) {
  static final String SECRET = "a secret that only this measurement has";

  private static final String NUMBER = "BENCH_NODE";
  private static final String UNLIMITED = "1000000";

  ServerSettings {
    clusterPorts = List.copyOf(clusterPorts);
  }

  static ServerSettings fromEnvironment() {
    return new ServerSettings(
        ownNumber(),
        Integer.parseInt(System.getenv("ROLLCALL_HTTP_PORT")),
        List.of(System.getenv("ROLLCALL_CLUSTER_MEMBERS").split(",")).stream()
            .map(member -> Integer.valueOf(member.substring(member.indexOf(':') + 1)))
            .toList());
  }

  static int ownNumber() {
    return Integer.parseInt(System.getenv(NUMBER));
  }

  Map<String, String> environment() {
    return Map.ofEntries(
        Map.entry(NUMBER, String.valueOf(number)),
        Map.entry("ROLLCALL_MODE", "development"),
        Map.entry("ROLLCALL_HTTP_PORT", String.valueOf(httpPort)),
        Map.entry("ROLLCALL_JWT_SECRET", SECRET),
        Map.entry("ROLLCALL_CLUSTER_NAME", clusterName()),
        Map.entry("ROLLCALL_CLUSTER_PORT", String.valueOf(clusterPorts.get(number))),
        Map.entry("ROLLCALL_CLUSTER_MEMBERS", String.join(",", members())),
        // All the load comes from one machine, in larger numbers than a browser's.
        Map.entry("ROLLCALL_MAX_CONNECTIONS_PER_USER", UNLIMITED),
        Map.entry("ROLLCALL_MAX_CONNECTIONS_PER_ADDRESS", UNLIMITED),
        Map.entry("ROLLCALL_MAX_FRAMES_PER_SECOND", UNLIMITED));
  }

  String clusterName() {
    return "bench-" + clusterPorts.get(0);
  }

  List<String> members() {
    return clusterPorts.stream().map(port -> "127.0.0.1:" + port).toList();
  }
}
