package dev.rollcall.presence;

/** Nobody can tell who is present right now; asking again in a second may work. */
public final class PresenceUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PresenceUnavailable(String message) {
    super(message);
  }
}
