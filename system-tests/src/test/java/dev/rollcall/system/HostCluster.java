package dev.rollcall.system;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The nodes of one cluster on two hosts, each a process of its own. */
final class HostCluster {
  private static final int FIRST_PORT = 6_801;
  private static final int PORTS_A_HOST = 4;
  private static final Duration STARTED = Duration.ofSeconds(60);

  private final String name;
  private final Path logs;
  private final Hosts hosts = Hosts.make(2);
  private final List<ServiceProcess> processes = new ArrayList<>();
  private final int[] started = new int[2];

  /** The name is that of the cluster, and of the folder below {@code target} with the logs. */
  HostCluster(String name) {
    this.name = name;
    this.logs = Path.of("target", name).toAbsolutePath();
  }

  Hosts hosts() {
    return hosts;
  }

  /** Starts a service on host 0 or 1, and returns when it has written that word. */
  ServiceProcess start(int host, String main, String word, Map<String, String> more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(hosts.on(host + 1));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlogback.configurationFile=logback.xml");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    Map<String, String> environment = new HashMap<>(more);
    int port = FIRST_PORT + started[host];
    started[host]++;
    environment.put("ROLLCALL_CLUSTER_HOST", Hosts.address(host + 1));
    environment.put("ROLLCALL_CLUSTER_PORT", String.valueOf(port));
    environment.put("ROLLCALL_CLUSTER_MEMBERS", members());
    environment.put("ROLLCALL_CLUSTER_NAME", name);
    environment.put("ROLLCALL_HTTP_PORT", "0");
    String named = "host-" + host + "-" + port;
    ServiceProcess process =
        ServiceProcess.start(
            named, command, environment, logs.resolve(named + ".log"), ServiceProcess::alive);
    processes.add(process);
    LogWatch.await(process, 0, line -> line.contains(word), STARTED);
    return process;
  }

  void close() throws InterruptedException {
    processes.forEach(ServiceProcess::kill);
    for (ServiceProcess process : processes) {
      process.endsWithin(Duration.ofSeconds(5));
    }
    hosts.close();
  }

  private static String members() {
    List<String> members = new ArrayList<>();
    for (int host = 0; host < 2; host++) {
      for (int i = 0; i < PORTS_A_HOST; i++) {
        members.add(Hosts.address(host + 1) + ":" + (FIRST_PORT + i));
      }
    }
    return String.join(",", members);
  }
}
