package dev.rollcall.system;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which services run, how many of each, and on which ports.
 *
 * @param offset added to every port, so that two systems fit on one machine
 */
record Layout(Map<Kind, Integer> counts, int offset) {

  /** Keeps the highest port, 9099, below those that Linux gives to outgoing connections. */
  static final int MOST_OFFSET = 23_000;

  private static final int DATABASE_PORT = 5499;
  private static final int FIRST_CLUSTER_PORT = 5701;
  private static final int OFFSET_STEP = 100;

  Layout {
    counts = Map.copyOf(counts);
    if (offset < 0 || offset > MOST_OFFSET) {
      throw new IllegalArgumentException("port offset " + offset + " is not in 0.." + MOST_OFFSET);
    }
  }

  /** One instance of each service on the ports that the documents name. */
  static Layout standard() {
    Map<Kind, Integer> one = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      one.put(kind, 1);
    }
    return new Layout(one, 0);
  }

  Layout with(Kind kind, int count) {
    if (count < 0 || count > Kind.MOST_INSTANCES) {
      throw new IllegalArgumentException(
          count + " of " + kind.title() + " is not in 0.." + Kind.MOST_INSTANCES);
    }
    Map<Kind, Integer> changed = new EnumMap<>(Kind.class);
    changed.putAll(counts);
    changed.put(kind, count);
    return new Layout(changed, offset);
  }

  Layout at(int newOffset) {
    return new Layout(counts, newOffset);
  }

  /**
   * The same services where every port is free now.
   *
   * @param from the lowest offset to try
   */
  Layout onFreePorts(int from) {
    for (int candidate = from; candidate <= MOST_OFFSET; candidate += OFFSET_STEP) {
      Layout moved = at(candidate);
      if (Ports.allFree(moved.ports().keySet())) {
        return moved;
      }
    }
    throw new IllegalStateException("no free ports from offset " + from + " to " + MOST_OFFSET);
  }

  /** In the order of start. */
  List<Instance> instances() {
    List<Instance> instances = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < counts.getOrDefault(kind, 0); i++) {
        int clusterPort = FIRST_CLUSTER_PORT + offset + instances.size();
        int http = kind.servesHttp() ? kind.http() + offset + i : 0;
        int management = kind.management() + offset + i;
        instances.add(new Instance(kind, i + 1, http, management, clusterPort));
      }
    }
    return instances;
  }

  List<Instance> instances(Kind kind) {
    return instances().stream().filter(instance -> instance.kind() == kind).toList();
  }

  int databasePort() {
    return DATABASE_PORT + offset;
  }

  /** Every port that is needed, and who needs it. */
  Map<Integer, String> ports() {
    Map<Integer, String> ports = new LinkedHashMap<>();
    ports.put(databasePort(), "the database");
    instances().forEach(instance -> ports.putAll(instance.ports()));
    return ports;
  }

  /** At offset 0 the name that a service has by default, so that one started by hand joins. */
  String clusterName() {
    return offset == 0 ? "rollcall" : "rollcall-" + offset;
  }

  String members() {
    return instances().stream()
        .map(instance -> "127.0.0.1:" + instance.clusterPort())
        .collect(Collectors.joining(","));
  }
}
