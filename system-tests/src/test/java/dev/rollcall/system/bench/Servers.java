package dev.rollcall.system.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The nodes of one side, and what they use together. */
final class Servers implements AutoCloseable {
  private static final int FIRST_PORT = 7_800;
  private static final int PORTS = 1_000;

  /**
   * Ports are not used again soon: one of a process that has just ended may still be taken. Two
   * measurements at a time begin at different ones.
   */
  private static final AtomicInteger nextPort =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % PORTS));

  private final Side side;
  private final List<Integer> ports;
  private final List<ServerProcess> processes = new ArrayList<>();

  private Servers(Side side, List<Integer> ports) {
    this.side = side;
    this.ports = ports;
  }

  /** Starts nodes; they are ready, and a cluster if there are several, when this returns. */
  static Servers start(Side side, int nodes, Machine machine, List<String> flags)
      throws IOException, InterruptedException {
    Servers servers = new Servers(side, freePorts(nodes));
    List<Integer> clusterPorts = freePorts(nodes);
    try {
      for (int node = 0; node < nodes; node++) {
        ServerSettings settings = new ServerSettings(node, servers.ports.get(node), clusterPorts);
        servers.processes.add(
            ServerProcess.start(side.main(), settings, machine.pinServer(node), flags));
      }
      for (ServerProcess process : servers.processes) {
        process.awaitReady();
      }
      return servers;
    } catch (IOException | RuntimeException failed) {
      servers.close();
      throw failed;
    }
  }

  Side side() {
    return side;
  }

  int count() {
    return ports.size();
  }

  int port(int node) {
    return ports.get(node);
  }

  double cpuSeconds() throws IOException {
    double seconds = 0;
    for (ServerProcess process : processes) {
      seconds += Machine.cpuSeconds(process.pid());
    }
    return seconds;
  }

  double compilingSeconds() throws IOException {
    double seconds = 0;
    for (ServerProcess process : processes) {
      seconds += Machine.compilingSeconds(process.pid());
    }
    return seconds;
  }

  long residentBytes() throws IOException {
    long bytes = 0;
    for (ServerProcess process : processes) {
      bytes += Machine.residentBytes(process.pid());
    }
    return bytes;
  }

  /** Returns the sum of what they answer. */
  long ask(String question) throws IOException, InterruptedException {
    long sum = 0;
    for (ServerProcess process : processes) {
      sum += process.ask(question);
    }
    return sum;
  }

  @Override
  public void close() {
    processes.forEach(ServerProcess::close);
  }

  private static List<Integer> freePorts(int count) {
    return IntStream.generate(() -> FIRST_PORT + nextPort.getAndIncrement() % PORTS)
        .filter(Servers::free)
        .limit(count)
        .boxed()
        .toList();
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
