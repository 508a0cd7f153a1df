package dev.rollcall.system;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * One process of a service, and the ports that it takes on loopback.
 *
 * @param number from 1, among those of its kind
 * @param httpPort 0 when the service has none
 */
record Instance(Kind kind, int number, int httpPort, int managementPort, int clusterPort) {

  private static final int FROM_CLUSTER_TO_BUS = 100;

  String name() {
    return kind.title() + "-" + number;
  }

  /** As it is printed to be opened; every port is bound on loopback alone. */
  URI http() {
    return URI.create("http://localhost:" + httpPort);
  }

  URI ready() {
    return URI.create("http://127.0.0.1:" + managementPort + "/health/ready");
  }

  Map<Integer, String> ports() {
    Map<Integer, String> ports = new LinkedHashMap<>();
    if (kind.servesHttp()) {
      ports.put(httpPort, "HTTP of " + name());
    }
    ports.put(managementPort, "management of " + name());
    ports.put(clusterPort, "the cluster's port of " + name());
    ports.put(busPort(), "the event bus of " + name());
    return ports;
  }

  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    if (kind.servesHttp()) {
      environment.put("ROLLCALL_HTTP_PORT", String.valueOf(httpPort));
    }
    environment.put("ROLLCALL_MANAGEMENT_PORT", String.valueOf(managementPort));
    environment.put("ROLLCALL_CLUSTER_PORT", String.valueOf(clusterPort));
    environment.put("ROLLCALL_BUS_PORT", String.valueOf(busPort()));
    return environment;
  }

  private int busPort() {
    return clusterPort + FROM_CLUSTER_TO_BUS;
  }
}
