package dev.rollcall.bridge;

import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client on one of SockJS' fallback transports, which vertx-web serves: message by message. */
final class SockJsOutlet implements Outlet {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private final SockJSSocket socket;
  private final BridgeMetrics metrics;
  private boolean closed;

  SockJsOutlet(SockJSSocket socket, BridgeMetrics metrics) {
    this.socket = socket;
    this.metrics = metrics;
    socket.setWriteQueueMaxSize(Limits.MAX_WAITING_BYTES);
  }

  @Override
  public void write(Batch batch) {
    for (Encoded message : batch.messages()) {
      metrics.sent(message.length());
      socket.write(message.text()).onFailure(fault -> log.trace("a client is gone", fault));
    }
  }

  @Override
  public void flush() {
    // What is written goes out with the next poll.
  }

  @Override
  public boolean isBehind() {
    return socket.writeQueueFull();
  }

  /** It is not told how much waits, but when it is too much. */
  @Override
  public long waitingBytes() {
    return socket.writeQueueFull() ? Limits.MAX_WAITING_BYTES + 1L : 0;
  }

  @Override
  public void ping() {
    // Its heartbeats are vertx-web's; a client that only polls is heard when it polls.
  }

  @Override
  public void close(CloseCode code) {
    if (!closed) {
      closed = true;
      if (code == CloseCode.CUT) {
        socket.close();
      } else {
        socket.close(code.status(), code.reason());
      }
    }
  }
}
