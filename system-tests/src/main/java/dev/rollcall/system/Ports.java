package dev.rollcall.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Collection;

/** Whether ports of loopback can be listened on. */
final class Ports {

  private Ports() {}

  /** A moment's truth: another process may take the port right after. */
  static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  static boolean allFree(Collection<Integer> ports) {
    return ports.stream().allMatch(Ports::free);
  }
}
