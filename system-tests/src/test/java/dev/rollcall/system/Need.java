package dev.rollcall.system;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * What a class of tests needs of the machine. Where that is missing the class is skipped, which is
 * said after the last test.
 *
 * <p>Where {@code CI} is {@code true} nothing may be skipped, and what is missing is a failure.
 */
public final class Need {
  private Need() {}

  /**
   * Decides on the class.
   *
   * @param missing why there is none, if so
   */
  public static ConditionEvaluationResult judge(
      ExtensionContext context, String what, Optional<String> missing) {
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("there is what it needs: " + what);
    }
    if ("true".equals(System.getenv("CI"))) {
      throw new IllegalStateException("no " + what + ": " + missing.get());
    }
    String skipped = context.getRequiredTestClass().getSimpleName();
    // What a store of the root holds is closed when all tests are done.
    context
        .getRoot()
        .getStore(Namespace.create(Need.class))
        .put(skipped, new LastWord("SKIPPED (no " + what + "): " + skipped));
    return ConditionEvaluationResult.disabled(missing.get());
  }

  /** A line that is printed when it is closed. */
  private record LastWord(String line) implements AutoCloseable {
    @Override
    public void close() {
      System.out.println(line);
    }
  }
}
