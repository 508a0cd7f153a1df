package dev.rollcall.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes connections and says nothing, as a server does that is frozen. */
final class SilentServer implements AutoCloseable {
  private static final int WAIT_MILLIS = 10_000;

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final BlockingQueue<Socket> taken = new LinkedBlockingQueue<>();

  SilentServer() throws IOException {
    Thread taking = new Thread(this::take, "silent-server");
    taking.setDaemon(true);
    taking.start();
  }

  int port() {
    return server.getLocalPort();
  }

  /** Returns the next connection that was made, on which no read waits for ever. */
  Socket next() throws InterruptedException, IOException {
    Socket next =
        Objects.requireNonNull(taken.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS), "nobody connects");
    next.setSoTimeout(WAIT_MILLIS);
    return next;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : taken) {
      socket.close();
    }
  }

  private void take() {
    try {
      while (true) {
        taken.add(server.accept());
      }
    } catch (IOException closed) {
      // The end.
    }
  }
}
