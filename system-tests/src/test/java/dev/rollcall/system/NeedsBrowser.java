package dev.rollcall.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Skips a class of tests on a machine without Chromium, and says so after the last test.
 *
 * <p>Where {@code CI} is {@code true} nothing may be skipped, and a missing browser is a failure.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsBrowser.Condition.class)
@interface NeedsBrowser {

  /** Looks for a browser once a class. */
  final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Browser.installed().isPresent()) {
        return ConditionEvaluationResult.enabled("a browser is installed");
      }
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException("no browser: install chromium, or name one in CHROMIUM");
      }
      String skipped = context.getRequiredTestClass().getSimpleName();
      // What a store of the root holds is closed when all tests are done.
      context
          .getRoot()
          .getStore(Namespace.create(NeedsBrowser.class))
          .put(skipped, new LastWord("SKIPPED (no browser): " + skipped));
      return ConditionEvaluationResult.disabled("no browser is installed");
    }
  }

  /** A line that is printed when it is closed. */
  record LastWord(String line) implements AutoCloseable {

    @Override
    public void close() {
      System.out.println(line);
    }
  }
}
