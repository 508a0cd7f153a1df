package dev.rollcall.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Two hosts on this machine: network namespaces, and one wire between them that can be cut, so that
 * nothing arrives and nobody is told. Making them takes root and {@code ip}.
 */
final class Hosts implements AutoCloseable {
  private static final List<String> ADDRESSES = List.of("10.117.0.1", "10.117.0.2");
  private static final int CAN_T_SAY = -1;

  /** What is sent there is dropped by the other end, as nobody has it. */
  private static final String NOBODY = "02:00:00:00:00:99";

  private final List<String> names;
  private final List<String> links = new ArrayList<>();

  private Hosts(String name) {
    names = List.of(name + "-a", name + "-b");
  }

  /** Returns what is missing for hosts to be made, if anything. */
  static Optional<String> missing() {
    String trial = "rollcall-trial-" + ProcessHandle.current().pid();
    if (run("ip", "netns", "add", trial).code() != 0) {
      return Optional.of("no network namespace can be made: it takes root and ip");
    }
    run("ip", "netns", "del", trial);
    return Optional.empty();
  }

  static Hosts make() {
    long pid = ProcessHandle.current().pid();
    Hosts hosts = new Hosts("rollcall-" + pid);
    for (String name : hosts.names) {
      must("ip", "netns", "add", name);
      must("ip", "-n", name, "link", "set", "lo", "up");
    }
    must(
        "ip",
        "-n",
        hosts.names.get(0),
        "link",
        "add",
        "wire",
        "type",
        "veth",
        "peer",
        "name",
        "wire",
        "netns",
        hosts.names.get(1));
    for (int host = 0; host < 2; host++) {
      String name = hosts.names.get(host);
      must("ip", "-n", name, "addr", "add", ADDRESSES.get(host) + "/24", "dev", "wire");
      must("ip", "-n", name, "link", "set", "wire", "up");
      String link = must("ip", "-n", name, "-o", "link", "show", "wire");
      hosts.links.add(link.replaceAll("(?s).*link/ether (\\S+).*", "$1"));
    }
    hosts.mend();
    return hosts;
  }

  /** Returns the address of host 0 or 1. */
  static String address(int host) {
    return ADDRESSES.get(host);
  }

  /** Returns the words that run a command on host 0 or 1. */
  List<String> on(int host) {
    return List.of("ip", "netns", "exec", names.get(host));
  }

  /** From now on nothing arrives, either way. */
  void cut() {
    neighbours(NOBODY, NOBODY);
  }

  void mend() {
    neighbours(links.get(1), links.get(0));
  }

  @Override
  public void close() {
    names.forEach(name -> run("ip", "netns", "del", name));
  }

  private void neighbours(String ofFirst, String ofSecond) {
    neighbour(0, ofFirst);
    neighbour(1, ofSecond);
  }

  private void neighbour(int host, String link) {
    must(
        "ip",
        "-n",
        names.get(host),
        "neigh",
        "replace",
        ADDRESSES.get(1 - host),
        "lladdr",
        link,
        "dev",
        "wire",
        "nud",
        "permanent");
  }

  private record Ended(int code, String output) {}

  private static String must(String... command) {
    Ended ended = run(command);
    if (ended.code() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + ended.output());
    }
    return ended.output();
  }

  private static Ended run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean ended = process.waitFor(10, TimeUnit.SECONDS);
      return new Ended(ended ? process.exitValue() : CAN_T_SAY, output);
    } catch (IOException absent) {
      return new Ended(CAN_T_SAY, absent.getMessage());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return new Ended(CAN_T_SAY, "interrupted");
    }
  }
}
