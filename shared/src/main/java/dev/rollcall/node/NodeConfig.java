package dev.rollcall.node;

import dev.rollcall.presence.Presence;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where a node is and how it finds the others.
 *
 * @param httpHost where browsers and HTTP clients come in
 * @param managementPort health and metrics; 0 takes any free port
 * @param clusterHost the address of this host that the cluster uses, for members and for the bus
 * @param clusterPort where members talk; 0 takes the first free one of the development ports
 * @param busPort where the event bus listens; 0 takes any free port
 * @param clusterMembers {@code host:port} of those to join; empty when {@code clusterDns} is set
 * @param clusterDns the name of a headless service that resolves to all members, or empty
 * @param busTls what encrypts the event bus, if anything does
 * @param heartbeatMillis how often this node says that it lives; the same on every node
 * @param drainMillis how long clients are given to go elsewhere when the node leaves
 * @param otlpEndpoint where OpenTelemetry's collector is, or empty
 * @param leewaySeconds how far the clock of who issues tokens may be ahead of this node's
 */
record NodeConfig(
    String httpHost,
    int httpPort,
    String managementHost,
    int managementPort,
    String clusterName,
    String clusterHost,
    int clusterPort,
    int busPort,
    List<String> clusterMembers,
    String clusterDns,
    Optional<BusTls> busTls,
    int heartbeatMillis,
    int drainMillis,
    String otlpEndpoint,
    int leewaySeconds) {

  private static final int MIN_HEARTBEAT_MILLIS = 100;
  private static final int MAX_HEARTBEAT_MILLIS = 10_000;
  private static final int MAX_DRAIN_MILLIS = 60_000;

  static final int FIRST_CLUSTER_PORT = 5701;
  static final int BUS_PORT = 5801;

  /** How many nodes find each other on one machine without being told where. */
  static final int DEVELOPMENT_PORTS = 16;

  NodeConfig {
    clusterMembers = List.copyOf(clusterMembers);
  }

  /** Reads the environment; the caller checks it. */
  static NodeConfig from(Environment environment) {
    boolean production = environment.production();
    String httpHost = environment.text("ROLLCALL_HTTP_HOST", production ? "0.0.0.0" : "127.0.0.1");
    String dns = environment.text("ROLLCALL_CLUSTER_DNS", "");
    NodeConfig config =
        new NodeConfig(
            httpHost,
            environment.port("ROLLCALL_HTTP_PORT", 8080),
            environment.text("ROLLCALL_MANAGEMENT_HOST", httpHost),
            environment.port("ROLLCALL_MANAGEMENT_PORT", production ? 9090 : 0),
            environment.text("ROLLCALL_CLUSTER_NAME", "rollcall"),
            clusterHost(environment, production),
            environment.port("ROLLCALL_CLUSTER_PORT", production ? FIRST_CLUSTER_PORT : 0),
            environment.port("ROLLCALL_BUS_PORT", production ? BUS_PORT : 0),
            dns.isEmpty() ? members(environment, production) : List.of(),
            dns,
            BusTls.from(environment),
            environment.number(
                "ROLLCALL_PRESENCE_HEARTBEAT_MILLIS",
                (int) Presence.HEARTBEAT_MILLIS,
                MIN_HEARTBEAT_MILLIS,
                MAX_HEARTBEAT_MILLIS),
            environment.number(
                "ROLLCALL_DRAIN_MILLIS", production ? 5_000 : 500, 0, MAX_DRAIN_MILLIS),
            otlpEndpoint(environment),
            environment.leewaySeconds());
    LogEncoder.check(environment);
    config.checkPorts(environment);
    return config;
  }

  /** Within one process a port can be taken twice, and whoever calls gets one or the other. */
  private void checkPorts(Environment environment) {
    Map<Integer, String> names = new HashMap<>();
    Map.of(
            "ROLLCALL_HTTP_PORT", httpPort,
            "ROLLCALL_MANAGEMENT_PORT", managementPort,
            "ROLLCALL_CLUSTER_PORT", clusterPort,
            "ROLLCALL_BUS_PORT", busPort)
        .forEach(
            (name, port) -> {
              String other = port == 0 ? null : names.put(port, name);
              if (other != null) {
                environment.problem(other + " and " + name + " must not be the same: " + port);
              }
            });
  }

  private static String otlpEndpoint(Environment environment) {
    String endpoint = environment.text("OTEL_EXPORTER_OTLP_ENDPOINT", "");
    if (!endpoint.isEmpty() && !isHttp(endpoint)) {
      environment.problem("OTEL_EXPORTER_OTLP_ENDPOINT must be an address of http or https");
    }
    return endpoint;
  }

  private static boolean isHttp(String endpoint) {
    try {
      return endpoint.matches("https?://[^\\s@]+") && new URI(endpoint).getHost() != null;
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  private static boolean isHostAndPort(String member) {
    return member.matches("[^:\\s]+:\\d{1,5}")
        && Integer.parseInt(member.substring(member.indexOf(':') + 1)) <= 65_535;
  }

  private static String clusterHost(Environment environment, boolean production) {
    String host =
        production
            ? environment.required("ROLLCALL_CLUSTER_HOST", "the address that members reach")
            : environment.text("ROLLCALL_CLUSTER_HOST", "127.0.0.1");
    try {
      if (InetAddress.getByName(host).isAnyLocalAddress()) {
        environment.problem("ROLLCALL_CLUSTER_HOST must name one address, not every interface");
      }
    } catch (UnknownHostException unknown) {
      environment.problem("ROLLCALL_CLUSTER_HOST has no address: " + host);
    }
    return host;
  }

  private static List<String> members(Environment environment, boolean production) {
    String members = environment.text("ROLLCALL_CLUSTER_MEMBERS", "");
    if (members.isEmpty() && production) {
      environment.problem("one of ROLLCALL_CLUSTER_MEMBERS and ROLLCALL_CLUSTER_DNS must be set");
    }
    if (members.isEmpty()) {
      return IntStream.range(0, DEVELOPMENT_PORTS)
          .mapToObj(i -> "127.0.0.1:" + (FIRST_CLUSTER_PORT + i))
          .toList();
    }
    List<String> list = Arrays.stream(members.split(",")).map(String::trim).toList();
    list.stream()
        .filter(member -> !isHostAndPort(member))
        .forEach(
            member ->
                environment.problem(
                    "ROLLCALL_CLUSTER_MEMBERS has '" + member + "', which is not host:port"));
    return list;
  }
}
