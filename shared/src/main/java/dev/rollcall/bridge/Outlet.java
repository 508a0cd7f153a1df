package dev.rollcall.bridge;

/** The way out to one client. To be used on the event loop of its connection. */
interface Outlet {
  /** Takes what the next {@link #flush} sends. */
  void write(Batch batch);

  void flush();

  /** Tells whether the client reads slower than is written, so that what can be left out should. */
  boolean isBehind();

  /** Returns how much waits for the client, beyond what the network has taken. */
  long waitingBytes();

  /** Asks the client for a sign of life. */
  void ping();

  /** Closes, after what was written has been sent if that can be. Calling it again does nothing. */
  void close(CloseCode code);
}
