package dev.rollcall.bridge;

import java.util.Locale;

/** Why this side closed a socket: the WebSocket status and the reason that go with the close. */
enum CloseCode {
  /** The answer to the client's own close. */
  NORMAL(1000),
  /** The connection is gone, or the client is: nobody is told. */
  CUT(1006),
  /** The frame was no WebSocket frame as one must be. */
  PROTOCOL_ERROR(1002),
  /** A frame beyond what is even read. */
  MESSAGE_TOO_LONG(1009),
  /** This side has failed: come again. */
  INTERNAL_ERROR(1011),
  /** The node is about to leave: come again, to another. */
  DRAINING(1012),
  TOKEN_EXPIRED(4001),
  /** Nothing was heard for too long, not even the answer to a ping. */
  IDLE(4002),
  KICKED(4003),
  /** More of what it subscribed waited for the client than may. */
  SLOW_CONSUMER(4008),
  /** It went on and on sending more than it may. */
  RATE_LIMITED(4029),
  /** The user, or the address, has too many connections. */
  TOO_MANY_CONNECTIONS(4030);

  private final int status;

  CloseCode(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  String reason() {
    return name().toLowerCase(Locale.ROOT);
  }
}
