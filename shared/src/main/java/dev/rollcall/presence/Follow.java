package dev.rollcall.presence;

/** Ends what {@link Presence#follow} began; so does undeploying the verticle that followed. */
public interface Follow {
  /** Calling it again does nothing. */
  void close();
}
