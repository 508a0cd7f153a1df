package dev.rollcall.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Hosts on this machine, numbered from 1: network namespaces, and a router that all their packets
 * pass. It drops what it is told to, so that nothing arrives and nobody is told, and counts it.
 * Making them takes root, {@code ip} and {@code nft}.
 *
 * <p>Host 2 has 10.117.2.2 and may be given more addresses of 10.117.2.0/24. The router is the
 * outside world as well, as host 0, with 10.117.0.1.
 */
public final class Hosts implements AutoCloseable {
  /** The address of whatever serves all hosts from outside. */
  public static final String OUTSIDE = "10.117.0.1";

  private static final int WORLD = 0;
  private static final int ALL = 100;
  private static final int CAN_T_SAY = -1;
  private static final String PREFIX = "rollcall-";
  private static final Pattern OWNED = Pattern.compile(PREFIX + "(?:trial-)?(\\d+)(?:-\\S+)?");
  private static final Path RESOLVERS = Path.of("/etc/netns");

  /** The counter outlives the rules, which are replaced whole. */
  private static final String RULES =
      """
      table inet lab {
        counter lost { }
        chain arriving { type filter hook prerouting priority raw; policy accept; }
        chain leaving { type filter hook output priority raw; policy accept; }
      }
      """;

  private final String name;
  private final int count;

  /**
   * Packets from one host to another that are lost.
   *
   * @param percent of them, chosen at random
   */
  public record Loss(int from, int to, int percent) {
    public static Loss all(int from, int to) {
      return new Loss(from, to, ALL);
    }

    private String rule() {
      String chance = percent == ALL ? "" : "numgen random mod 100 < " + percent + " ";
      if (from == WORLD) {
        return "add rule inet lab leaving oifname h" + to + " " + chance + "counter name lost drop";
      }
      String there = to == WORLD ? "{ 10.117.0.0/24, 10.117.%d.1 }".formatted(from) : network(to);
      return "add rule inet lab arriving iifname h%d ip daddr %s %scounter name lost drop"
          .formatted(from, there, chance);
    }
  }

  private Hosts(String name, int count) {
    this.name = name;
    this.count = count;
  }

  /** Returns what is missing for hosts to be made, if anything. */
  public static Optional<String> missing() {
    String trial = PREFIX + "trial-" + ProcessHandle.current().pid();
    if (run("", "ip", "netns", "add", trial).code() != 0) {
      return Optional.of("no network namespace can be made: it takes root and ip");
    }
    boolean rules = run(RULES, "ip", "netns", "exec", trial, "nft", "-f", "-").code() == 0;
    run("", "ip", "netns", "del", trial);
    if (!rules) {
      return Optional.of("no packet can be dropped: it takes nft");
    }
    boolean settings = run("", "sysctl", "-n", "net.ipv4.ip_forward").code() == 0;
    return settings ? Optional.empty() : Optional.of("no router can be made: it takes sysctl");
  }

  /** Makes so many, and removes what a process left that ended before it could. */
  public static Hosts make(int count) {
    removeLeftovers();
    Hosts hosts = new Hosts(PREFIX + ProcessHandle.current().pid(), count);
    try {
      hosts.makeRouter();
      IntStream.rangeClosed(1, count).forEach(hosts::makeHost);
      return hosts;
    } catch (RuntimeException failure) {
      hosts.close();
      throw failure;
    }
  }

  /** Returns those that another process has made, which has told their name, and ends them. */
  public static Hosts called(String name, int count) {
    return new Hosts(name, count);
  }

  public String name() {
    return name;
  }

  public int count() {
    return count;
  }

  /** Returns the address that a host has from the start. */
  public static String address(int host) {
    return "10.117." + host + ".2";
  }

  /** Gives a host another address; it may have it already. */
  public void add(int host, String address) {
    run("", "ip", "-n", namespace(host), "addr", "add", address + "/24", "dev", "wire");
  }

  public void remove(int host, String address) {
    must("ip", "-n", namespace(host), "addr", "del", address + "/24", "dev", "wire");
  }

  /** Returns the words that run a command on a host; on 0, outside. */
  public List<String> on(int host) {
    return List.of("ip", "netns", "exec", namespace(host));
  }

  /** Has all hosts ask the outside for the addresses of names. */
  public void resolveOutside() throws IOException {
    for (int host = 0; host <= count; host++) {
      Path folder = Files.createDirectories(RESOLVERS.resolve(namespace(host)));
      Files.writeString(
          folder.resolve("resolv.conf"),
          "nameserver " + OUTSIDE + "\noptions timeout:1 attempts:2\n");
    }
  }

  /** From now on these packets are lost, and no others. */
  public void lose(Collection<Loss> losses) {
    List<String> rules = new ArrayList<>();
    rules.add("flush chain inet lab arriving");
    rules.add("flush chain inet lab leaving");
    losses.stream().map(Loss::rule).forEach(rules::add);
    filter(String.join("\n", rules) + "\n");
  }

  /** From now on nothing arrives from one host at another, either way. */
  void cut() {
    lose(parted(IntStream.rangeClosed(1, count).mapToObj(List::of).toList()));
  }

  public void mend() {
    lose(List.of());
  }

  /** Returns what is lost between groups of hosts that nothing connects. */
  public static List<Loss> parted(List<List<Integer>> groups) {
    List<Loss> losses = new ArrayList<>();
    for (List<Integer> some : groups) {
      for (List<Integer> others : groups) {
        if (some != others) {
          some.forEach(from -> others.forEach(to -> losses.add(Loss.all(from, to))));
        }
      }
    }
    return losses;
  }

  /** Returns how many packets were lost so far. */
  public long lost() {
    String counter = filter("list counter inet lab lost\n");
    Matcher packets = Pattern.compile("packets (\\d+)").matcher(counter);
    if (!packets.find()) {
      throw new IllegalStateException("no count of packets in " + counter);
    }
    return Long.parseLong(packets.group(1));
  }

  /** Gives the router more rules, in the words of {@code nft}. */
  public String filter(String rules) {
    List<String> command = new ArrayList<>(on(WORLD));
    command.addAll(List.of("nft", "-f", "-"));
    return must(rules, command.toArray(String[]::new));
  }

  @Override
  public void close() {
    for (int host = 0; host <= count; host++) {
      delete(namespace(host));
    }
  }

  private void makeRouter() {
    String router = namespace(WORLD);
    must("ip", "netns", "add", router);
    must("ip", "-n", router, "link", "set", "lo", "up");
    must("ip", "-n", router, "addr", "add", OUTSIDE + "/32", "dev", "lo");
    must("ip", "netns", "exec", router, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
    filter(RULES);
  }

  private void makeHost(int host) {
    String router = namespace(WORLD);
    String there = namespace(host);
    String wire = "h" + host;
    String gateway = "10.117." + host + ".1";
    must("ip", "netns", "add", there);
    must("ip", "-n", there, "link", "set", "lo", "up");
    List<String> link = new ArrayList<>(List.of("ip", "-n", router, "link", "add", wire));
    link.addAll(List.of("type", "veth", "peer", "name", "wire", "netns", there));
    must(link.toArray(String[]::new));
    must("ip", "-n", router, "addr", "add", gateway + "/24", "dev", wire);
    must("ip", "-n", router, "link", "set", wire, "up");
    must("ip", "-n", there, "addr", "add", address(host) + "/24", "dev", "wire");
    must("ip", "-n", there, "link", "set", "wire", "up");
    must("ip", "-n", there, "route", "add", "default", "via", gateway);
  }

  private String namespace(int host) {
    return host == WORLD ? name + "-router" : name + "-" + host;
  }

  private static String network(int host) {
    return "10.117." + host + ".0/24";
  }

  private static void removeLeftovers() {
    for (String line : run("", "ip", "netns", "list").output().lines().toList()) {
      String namespace = line.replaceFirst(" .*", "");
      Matcher owned = OWNED.matcher(namespace);
      if (owned.matches() && ProcessHandle.of(Long.parseLong(owned.group(1))).isEmpty()) {
        delete(namespace);
      }
    }
  }

  /** With whatever runs there still, which is its own: a server that nobody holds goes on else. */
  private static void delete(String namespace) {
    run("", "ip", "netns", "pids", namespace)
        .output()
        .lines()
        .filter(line -> line.matches("\\d+"))
        .map(Long::valueOf)
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroyForcibly);
    run("", "ip", "netns", "del", namespace);
    try {
      Files.deleteIfExists(RESOLVERS.resolve(namespace).resolve("resolv.conf"));
      Files.deleteIfExists(RESOLVERS.resolve(namespace));
    } catch (IOException left) {
      throw new IllegalStateException(left);
    }
  }

  private record Ended(int code, String output) {}

  private static String must(String... command) {
    return must("", command);
  }

  private static String must(String input, String[] command) {
    Ended ended = run(input, command);
    if (ended.code() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + ended.output());
    }
    return ended.output();
  }

  private static Ended run(String input, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var stream = process.outputWriter(StandardCharsets.UTF_8)) {
        stream.write(input);
      } catch (IOException deaf) {
        // Who reads nothing has ended, which its code tells.
      }
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
