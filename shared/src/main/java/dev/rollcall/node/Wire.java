package dev.rollcall.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Whether anything is between this host and another one. */
final class Wire {
  private static final int CONNECT_MILLIS = 500;

  private Wire() {}

  /** Tells whether somebody takes connections there; waits for a moment. */
  static boolean isOpen(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }
}
