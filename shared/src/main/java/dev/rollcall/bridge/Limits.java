package dev.rollcall.bridge;

import dev.rollcall.node.Environment;

/**
 * How much of a node clients may take. Past a limit they get a clear error, and the others feel
 * nothing.
 *
 * @param framesPerSecond that a socket may send; three times as many in a burst
 * @param connectionsPerUser on this node; all of a user's tabs and devices
 * @param connectionsPerAddress on this node; many people may sit behind one address
 * @param connections on this node
 * @param proxies that stand in front, each of which adds to {@code X-Forwarded-For}
 */
record Limits(
    int framesPerSecond,
    int connectionsPerUser,
    int connectionsPerAddress,
    int connections,
    int proxies) {

  static final int MAX_FRAME_BYTES = 64 * 1024;

  /** So long a frame is one of those per second; a longer one counts as several. */
  static final int FRAME_COST_BYTES = 16 * 1024;

  /** A longer one closes the socket; one between the two is read, and refused by a code. */
  static final int MAX_READ_BYTES = 128 * 1024;

  static final int MAX_TOPICS = 100;
  static final int MAX_REPLY_ADDRESS_LENGTH = 36;

  /** Sends of one socket that wait for their answer, and answers that may be answered. */
  static final int MAX_REQUESTS = 100;

  /** How long a service may take to answer a send, and the application to answer the bridge. */
  static final long ANSWER_MILLIS = 8_000;

  /** With more than this waiting for it a client is behind, until less than the next waits. */
  static final int BEHIND_BYTES = 64 * 1024;

  static final int CAUGHT_UP_BYTES = 16 * 1024;

  /** What may wait for one slow socket before it is closed. */
  static final int MAX_WAITING_BYTES = 1024 * 1024;

  /** What may wait for all of them on one event loop: then each may have its share. */
  static final long MAX_WAITING_BYTES_IN_ALL = 64L * 1024 * 1024;

  /** What may be kept for one socket while what it missed is asked for. */
  static final int MAX_HELD_BYTES = 1024 * 1024;

  /** What one who was away is sent; who missed more loads anew. */
  static final int MAX_REPLAYED_BYTES = 512 * 1024;

  static final int MAX_REPLAYED = 1_000;

  /** A client pings every 5 s; one that does not is asked, and given as long again to answer. */
  static final long PING_MILLIS = 10_000;

  static final long IDLE_MILLIS = 20_000;

  /** So long before its token ends a client hears of it. */
  static final long RENEW_SECONDS = 60;

  static Limits from(Environment environment) {
    Limits limits =
        new Limits(
            environment.number("ROLLCALL_MAX_FRAMES_PER_SECOND", 100, 1, 1_000_000),
            environment.number("ROLLCALL_MAX_CONNECTIONS_PER_USER", 100, 1, 1_000_000),
            environment.number("ROLLCALL_MAX_CONNECTIONS_PER_ADDRESS", 2_000, 1, 1_000_000),
            environment.number("ROLLCALL_MAX_CONNECTIONS", 50_000, 1, 1_000_000),
            environment.number("ROLLCALL_PROXIES", 0, 0, 10));
    environment.check();
    return limits;
  }

  int framesInABurst() {
    return 3 * framesPerSecond;
  }
}
