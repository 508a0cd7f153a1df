package dev.rollcall.system.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.system.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the manual tells of faults is of those that the lab has, all of them. */
class LabTableTest {
  /** The first cell, in which a bar has a backslash before it, and that of when it was noticed. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| ((?:[^|\\\\]|\\\\\\|)+) \\| (?:[\\d.]+ s)? \\| [\\d.]+ s \\|");

  @Test
  void theManualHasEachRowInItsOrder() throws IOException {
    String manual =
        Files.readString(Installation.aroundHere().root().resolve("docs/OPERATIONS.md"));
    String faults = manual.substring(manual.indexOf("## Faults"), manual.indexOf("## Alerts"));
    List<String> told =
        ROW.matcher(faults)
            .results()
            .map((MatchResult row) -> row.group(1).replace("\\|", "|"))
            .toList();
    assertThat(told).containsExactlyElementsOf(Rows.all().stream().map(Row::title).toList());
  }
}
