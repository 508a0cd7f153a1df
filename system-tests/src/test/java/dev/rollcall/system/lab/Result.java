package dev.rollcall.system.lab;

import java.util.List;
import java.util.Locale;

/**
 * What came of a fault.
 *
 * @param proof that it bit
 * @param detectedSeconds from its beginning until one who was spared knew; not a number if nobody
 * @param healedSeconds from its end until everything was whole again
 * @param lost messages stored and missing at somebody who should have them
 * @param unheard words that somebody did not hear, said after its end
 * @param duplicates messages that somebody was given twice
 * @param falseLeaves see {@link Disturbance}
 * @param awaySeconds the longest that a browser was away
 * @param faults what does not hold
 */
record Result(
    String row,
    String proof,
    double detectedSeconds,
    double healedSeconds,
    int lost,
    int unheard,
    int duplicates,
    int falseLeaves,
    double awaySeconds,
    List<String> faults) {

  /** Returns what is to be said of a row that could not be gone through with. */
  static Result broken(String row, Exception why) {
    double none = Double.NaN;
    return new Result(
        row,
        "",
        none,
        none,
        0,
        0,
        0,
        0,
        none,
        List.of("the row was not gone through with: " + why));
  }

  static final String HEAD =
      """
      | fault | it bit | detected after | healed after | lost | unheard after its end | duplicates \
      | false leaves | longest away | |
      |---|---|--:|--:|--:|--:|--:|--:|--:|---|
      """;

  String line() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %d | %d | %d | %d | %s | %s |",
        row.replace("|", "\\|"),
        proof,
        seconds(detectedSeconds),
        seconds(healedSeconds),
        lost,
        unheard,
        duplicates,
        falseLeaves,
        seconds(awaySeconds),
        faults.isEmpty() ? "whole" : "**" + faults.size() + " faults**");
  }

  private static String seconds(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.1f s", value);
  }
}
