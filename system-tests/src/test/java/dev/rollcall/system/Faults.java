package dev.rollcall.system;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What is not as it must be: a line each. */
final class Faults {
  private static final int EXAMPLES = 5;

  private final List<String> lines = new ArrayList<>();

  List<String> lines() {
    return List.copyOf(lines);
  }

  void add(String line) {
    lines.add(line);
  }

  /** None may be there. */
  void none(String what, Collection<?> found) {
    if (!found.isEmpty()) {
      lines.add("%s: %d, such as %s".formatted(what, found.size(), some(found)));
    }
  }

  void equal(String what, Object is, Object mustBe) {
    if (!Objects.equals(is, mustBe)) {
      lines.add("%s: %s, not %s".formatted(what, is, mustBe));
    }
  }

  /** The same, in whatever order: tells which are missing, and which are too many. */
  void same(String what, Collection<?> are, Collection<?> mustBe) {
    none(what + ", missing", without(mustBe, are));
    none(what + ", too many", without(are, mustBe));
  }

  private static Set<?> without(Collection<?> some, Collection<?> others) {
    Set<Object> rest = new HashSet<>(some);
    rest.removeAll(new HashSet<>(others));
    return rest;
  }

  private static List<?> some(Collection<?> found) {
    return found.stream().limit(EXAMPLES).toList();
  }
}
