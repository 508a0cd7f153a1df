package dev.rollcall.bridge;

import io.vertx.ext.web.handler.sockjs.SockJSSocket;

/** A client on one of SockJS' fallback transports, which vertx-web serves: message by message. */
final class SockJsOutlet implements Outlet {
  private final SockJSSocket socket;
  private final BridgeLoop loop;
  private Runnable whenDrained = () -> {};
  private long waitingBytes;
  private boolean behind;
  private boolean closed;

  SockJsOutlet(SockJSSocket socket, BridgeLoop loop) {
    this.socket = socket;
    this.loop = loop;
  }

  /** Calls it each time that a client which was behind has caught up. */
  void whenDrained(Runnable action) {
    whenDrained = action;
  }

  /** What is written goes out with the next poll. */
  @Override
  public void write(Batch batch) {
    for (Encoded message : batch.messages()) {
      waitingBytes += message.length();
      behind |= waitingBytes > Limits.BEHIND_BYTES;
      socket
          .write(message.text())
          .onComplete((sent, fault) -> loop.run(() -> sent(message.length(), fault == null)));
    }
  }

  /** May be called within a write, by whom nothing else must be written. */
  private void sent(int bytes, boolean taken) {
    waitingBytes -= bytes;
    if (taken) {
      loop.metrics().sent(bytes);
    }
    if (behind && waitingBytes < Limits.CAUGHT_UP_BYTES) {
      behind = false;
      loop.runLater(whenDrained);
    }
  }

  @Override
  public void flush() {
    // Nothing is kept back.
  }

  @Override
  public boolean isBehind() {
    return behind;
  }

  @Override
  public long waitingBytes() {
    return waitingBytes;
  }

  @Override
  public void ping() {
    // Each poll is heard, and vertx-web has one end often enough for that. A stream asks nothing.
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
