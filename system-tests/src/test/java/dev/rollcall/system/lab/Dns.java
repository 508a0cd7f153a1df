package dev.rollcall.system.lab;

import dev.rollcall.system.Hosts;
import dev.rollcall.system.ServiceProcess;
import dev.rollcall.system.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The headless service: a name that resolves to the addresses of all pods, ready or not. */
final class Dns {
  static final String NAME = "rollcall";

  private final Path addresses;
  private final ServiceProcess server;

  private Dns(Path addresses, ServiceProcess server) {
    this.addresses = addresses;
    this.server = server;
  }

  /** Starts it outside of the hosts, where this process is too. */
  static Dns start(Path folder) throws IOException {
    Path addresses = Files.createDirectories(folder).resolve("addresses");
    Files.writeString(addresses, "");
    List<String> command =
        List.of(
            "dnsmasq",
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--user=root",
            "--pid-file=",
            "--no-resolv",
            "--no-hosts",
            "--addn-hosts=" + addresses,
            "--local-ttl=1",
            "--bind-interfaces",
            "--listen-address=" + Hosts.OUTSIDE);
    return new Dns(
        addresses,
        ServiceProcess.start(
            "dns", command, Map.of(), folder.resolve("dns.log"), ServiceProcess::alive));
  }

  /** From now on these are the addresses. */
  void set(Collection<String> now) throws IOException, InterruptedException {
    Files.writeString(
        addresses,
        now.stream().map(each -> each + " " + NAME + "\n").collect(Collectors.joining()));
    // It reads the file again.
    Signal.HUP.to(List.of(server.pid()));
  }

  void close() throws InterruptedException {
    server.terminate();
    server.endsWithin(Duration.ofSeconds(5));
  }
}
