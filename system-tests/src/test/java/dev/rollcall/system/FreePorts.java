package dev.rollcall.system;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Queue;

/** Ports of this machine that nobody listens on. */
final class FreePorts {
  private FreePorts() {}

  static int one() throws IOException {
    return several(1)[0];
  }

  /** All are held until the last is found, so that none is found twice. */
  static int[] several(int count) throws IOException {
    Queue<ServerSocket> sockets = new ArrayDeque<>();
    try {
      while (sockets.size() < count) {
        sockets.add(new ServerSocket(0));
      }
      return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
