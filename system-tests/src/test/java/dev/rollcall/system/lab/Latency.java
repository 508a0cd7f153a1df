package dev.rollcall.system.lab;

import dev.rollcall.system.Hosts;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has all that one node sends another, on another host, take so much longer: the router leads their
 * connections through relays outside, one for each port of each pod. Connections that were there
 * before are reset, once when the relays come and once when they go.
 */
final class Latency {
  private static final int[] PORTS = {5701, 5801};
  private static final int FIRST_RELAY = 20_000;
  private static final String ANY = "0.0.0.0";

  private final Hosts hosts;
  private final List<NetServer> relays = new ArrayList<>();
  private final AtomicLong millis = new AtomicLong();
  private final AtomicLong passed = new AtomicLong();

  private Latency(Hosts hosts) {
    this.hosts = hosts;
  }

  /** Puts the relays in place, which for now only pass on. */
  static Latency between(Lab lab) throws Exception {
    Latency latency = new Latency(lab.hosts());
    StringBuilder rules = new StringBuilder("table ip relayed {\n");
    rules.append("chain led { type nat hook prerouting priority dstnat;\n");
    for (Pod pod : lab.pods().all()) {
      for (int port : PORTS) {
        int relay = FIRST_RELAY + latency.relays.size();
        SocketAddress to = SocketAddress.inetSocketAddress(port, pod.address());
        SocketAddress from = SocketAddress.inetSocketAddress(relay, ANY);
        latency.relays.add(Lab.await(Relay.start(lab.vertx(), from, to, latency::next)));
        rules.append(
            "ip daddr %s tcp dport %d redirect to :%d%n".formatted(pod.address(), port, relay));
      }
    }
    rules.append("}\nchain direct { type filter hook forward priority 0;\n");
    rules.append("tcp dport { 5701, 5801 } reject with tcp reset\n");
    rules.append("tcp sport { 5701, 5801 } reject with tcp reset\n}\n}\n");
    lab.hosts().filter(rules.toString());
    return latency;
  }

  private long next() {
    long now = millis.get();
    if (now > 0) {
      passed.incrementAndGet();
    }
    return now;
  }

  void set(long delayMillis) {
    millis.set(delayMillis);
  }

  /** Returns how many pieces were late. */
  long passed() {
    return passed.get();
  }

  void remove() throws Exception {
    hosts.filter("delete table ip relayed\n");
    for (NetServer relay : relays) {
      Lab.await(relay.close());
    }
  }
}
