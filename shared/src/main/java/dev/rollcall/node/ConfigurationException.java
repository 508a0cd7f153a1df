package dev.rollcall.node;

/** The environment asks for something that can't be; the message has one line a problem. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }
}
