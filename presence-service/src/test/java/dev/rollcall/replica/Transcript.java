package dev.rollcall.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * A story: lines that act, at the margin, each followed by what must be sent and seen until the
 * next one, indented; and comments.
 */
final class Transcript {
  private final List<String> lines;

  Transcript(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  /** Returns the same story with what is really sent and seen. Comments keep their places. */
  List<String> play() {
    Journal journal = new Journal();
    Script script = new Script(new Stage(journal));
    for (int i = 0; i < lines.size(); i++) {
      if (isAct(lines.get(i))) {
        perform(i, script, journal);
      }
    }
    return withLines(journal);
  }

  private void perform(int index, Script script, Journal journal) {
    try {
      script.passUntil(lines.get(index));
      journal.turnOver();
      script.perform(lines.get(index));
    } catch (IllegalArgumentException fault) {
      throw new IllegalArgumentException("line " + (index + 1) + ": " + lines.get(index), fault);
    }
  }

  private List<String> withLines(Journal journal) {
    List<String> written = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    int part = 0;
    for (String line : lines) {
      if (isAct(line)) {
        insert(written, rest);
        part++;
        boolean shown = !line.startsWith("given ");
        rest = new ArrayList<>(shown ? journal.part(part) : List.of());
        written.add(line);
      } else if (!isExpected(line)) {
        written.add(line);
      } else if (!rest.isEmpty()) {
        written.add(rest.remove(0));
      }
    }
    insert(written, rest);
    return written;
  }

  /** Adds what no line stood for: after the last line of the act before, not after its comments. */
  private static void insert(List<String> written, List<String> more) {
    int end = written.size();
    while (end > 0 && !isAct(written.get(end - 1)) && !isExpected(written.get(end - 1))) {
      end--;
    }
    written.addAll(end, more);
    more.clear();
  }

  private static boolean isExpected(String line) {
    return line.startsWith(" ") && !line.strip().startsWith("#");
  }

  private static boolean isAct(String line) {
    return !line.isBlank() && !line.startsWith(" ") && !line.startsWith("#");
  }
}
