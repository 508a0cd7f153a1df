package dev.rollcall.rules;

import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule on compiled classes with violations that it must catch, each alone: a rule that can't fail
 * says nothing.
 *
 * @param planted what to compile for each violation: one source, or several that belong together
 */
record Rule(ArchRule rule, List<List<String>> planted) {

  static Rule of(String words, ArchRule rule) {
    return new Rule(rule.as(words), List.of());
  }

  /** With one more violation. */
  Rule catches(String... sources) {
    List<List<String>> all = new ArrayList<>(planted);
    all.add(List.of(sources));
    return new Rule(rule, List.copyOf(all));
  }

  @Override
  public String toString() {
    return rule.getDescription();
  }
}
