package dev.rollcall.bridge;

/** What becomes of a topic's messages for a client that reads slower than they come. */
public enum SlowConsumer {
  /**
   * They wait; past 1 MiB the socket is closed, and the client comes again and asks for what it
   * missed. For what must be seen whole, such as a chat.
   */
  CLOSE,
  /**
   * Only the latest of each event waits. For what the next message makes worthless, such as stats.
   */
  LATEST
}
