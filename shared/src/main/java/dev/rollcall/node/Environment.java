package dev.rollcall.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads configuration from environment variables and collects what is wrong with them, so that a
 * start fails once and names everything.
 *
 * <pre>{@code
 * int limit = environment.number("CHAT_HISTORY_LIMIT", 50, 1, 500);
 * environment.check();
 * }</pre>
 */
public final class Environment {
  private final Map<String, String> variables;
  private final List<String> problems = new ArrayList<>();

  public Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** Returns the environment of this process. */
  public static Environment system() {
    return new Environment(System.getenv());
  }

  /** Returns the variable's value when it is set and not blank. */
  public Optional<String> optional(String name) {
    return Optional.ofNullable(variables.get(name)).map(String::trim).filter(v -> !v.isEmpty());
  }

  public String text(String name, String otherwise) {
    return optional(name).orElse(otherwise);
  }

  /** Returns the value; one that is missing is a problem, with {@code why} beside its name. */
  public String required(String name, String why) {
    return optional(name)
        .orElseGet(
            () -> {
              problem(name + " is not set: " + why);
              return "";
            });
  }

  /** Returns a whole number between two bounds, both included. */
  public int number(String name, int otherwise, int min, int max) {
    return optional(name).map(value -> parse(name, value, otherwise, min, max)).orElse(otherwise);
  }

  /** Returns a TCP port; 0 where any free one will do. */
  public int port(String name, int otherwise) {
    return number(name, otherwise, 0, 65_535);
  }

  /** Returns true for {@code true}, false for {@code false} or a variable that is not set. */
  public boolean flag(String name) {
    String value = text(name, "false");
    if (!value.equals("true") && !value.equals("false")) {
      problem(name + " must be true or false, not '" + value + "'");
    }
    return value.equals("true");
  }

  /** Tells whether this process runs in production, where nothing is taken for granted. */
  public boolean production() {
    String mode = text("ROLLCALL_MODE", "development");
    if (!mode.equals("development") && !mode.equals("production")) {
      problem("ROLLCALL_MODE must be development or production, not '" + mode + "'");
    }
    return mode.equals("production");
  }

  /**
   * Returns how far the clock of who issues tokens may be ahead of this node's, in seconds. Where
   * one machine does both, as in development, it is not.
   */
  public int leewaySeconds() {
    return number("ROLLCALL_JWT_LEEWAY_SECONDS", production() ? 5 : 0, 0, 60);
  }

  /** Adds a problem that the caller found in a value. */
  public void problem(String problem) {
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigurationException when anything read so far was wrong
   */
  public void check() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(String.join(System.lineSeparator(), problems));
    }
  }

  private int parse(String name, String value, int otherwise, int min, int max) {
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Said below, as for one out of bounds.
    }
    problem(name + " must be a whole number from " + min + " to " + max + ", not '" + value + "'");
    return otherwise;
  }
}
