package dev.rollcall.system;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** A class of tests for which the clients of others are installed; see {@link Need}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsNpm.Condition.class)
@interface NeedsNpm {

  /** Installs once for all classes. */
  final class Condition implements ExecutionCondition {

    /** Why they could not be installed, if so. */
    private record Attempt(Optional<String> refusal) {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Store store = context.getRoot().getStore(Namespace.create(NeedsNpm.class));
      Optional<String> refusal =
          store.getOrComputeIfAbsent(Attempt.class, key -> install(), Attempt.class).refusal();
      return Need.judge(context, "clients by npm", refusal);
    }

    private static Attempt install() {
      try {
        JsClients.install();
        return new Attempt(Optional.empty());
      } catch (JsClients.Unavailable refused) {
        return new Attempt(Optional.of(refused.getMessage()));
      } catch (IOException failed) {
        throw new IllegalStateException("the scenarios could not be copied", failed);
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    }
  }
}
