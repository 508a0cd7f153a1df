package dev.rollcall.system.lab;

import dev.rollcall.system.Hosts;
import dev.rollcall.system.Need;
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

/** A class of tests that has a {@link Lab} of its own; see {@link Need}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsLab.Condition.class)
@interface NeedsLab {

  /** Tries to make a host, and to run the DNS. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Need.judge(context, "fault lab", Hosts.missing().or(Condition::missingDns));
    }

    private static Optional<String> missingDns() {
      try {
        new ProcessBuilder("dnsmasq", "--version")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
        return Optional.empty();
      } catch (IOException absent) {
        return Optional.of("there is no dnsmasq");
      }
    }
  }
}
