package dev.rollcall.replica;

import java.util.List;

/**
 * A fault that is planted in the production sources for one test.
 *
 * @param checkers of which one at least must bite
 * @param seed one that is known to show the fault, tried before all others
 */
record Plant(String name, List<String> checkers, long seed, List<Edit> edits) {
  /**
   * One replacement.
   *
   * @param path of the source, from the root of the repository
   * @param text what stands there, exactly once
   */
  record Edit(String path, String text, String replacement) {
    String in(String source) {
      int at = source.indexOf(text);
      if (at < 0 || source.indexOf(text, at + 1) >= 0) {
        throw new IllegalStateException(
            (at < 0 ? "not" : "more than once")
                + " in "
                + path
                + ": the source has changed, mend the plant that replaces \""
                + text
                + "\"");
      }
      return source.substring(0, at) + replacement + source.substring(at + text.length());
    }
  }

  Plant {
    checkers = List.copyOf(checkers);
    edits = List.copyOf(edits);
  }

  @Override
  public String toString() {
    return name;
  }
}
