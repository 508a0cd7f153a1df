package dev.rollcall.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port of the event bus, from before the node joins until its bus listens. A member says where
 * its bus is when it joins, and others call at once. Were nobody there, they would be refused and
 * say so in their logs, with each message again; as it is, they get a connection that nobody reads,
 * and call anew when that ends.
 */
final class BusPort {
  private static final Logger log = LoggerFactory.getLogger(BusPort.class);

  private final String host;
  private final ServerSocket held;

  private BusPort(String host, ServerSocket held) {
    this.host = host;
    this.held = held;
  }

  /**
   * Takes the port.
   *
   * @param port 0 takes any free one
   * @throws IOException when it is in use, or the host has no such address
   */
  static BusPort take(String host, int port) throws IOException {
    return new BusPort(host, listen("the event bus", host, port));
  }

  /**
   * Tries another port that this process is about to take, for who takes it says less of it.
   *
   * @param whose as in "the event bus"
   * @throws IOException when it is in use, or the host has no such address
   */
  static void tryOut(String whose, String host, int port) throws IOException {
    listen(whose, host, port).close();
  }

  private static ServerSocket listen(String whose, String host, int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      // As the bus does: connections of the one before it may linger.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      return socket;
    } catch (IOException fault) {
      socket.close();
      throw new IOException(
          whose + " can't listen on " + host + ":" + port + ": " + fault.getMessage());
    }
  }

  String host() {
    return host;
  }

  int number() {
    return held.getLocalPort();
  }

  /** Leaves the port to the bus. */
  void release() {
    try {
      held.close();
    } catch (IOException fault) {
      log.warn("the port of the event bus can't be given up", fault);
    }
  }
}
