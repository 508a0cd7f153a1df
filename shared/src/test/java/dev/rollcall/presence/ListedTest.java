package dev.rollcall.presence;

import static dev.rollcall.presence.Samples.N1;
import static dev.rollcall.presence.Samples.N2;
import static dev.rollcall.presence.Samples.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ListedTest {
  private final Roster roster = new Roster();
  private final Listed listed = new Listed();

  @Test
  void whoeverComesOrGoesTheListIsThatOfTheRoster() {
    Random random = new Random(42);
    List<Entry> present = new ArrayList<>();
    for (int clock = 1; clock <= 2_000; clock++) {
      if (present.isEmpty() || random.nextInt(5) > 1) {
        Entry entry = entry(random.nextBoolean() ? N1 : N2, clock, "user" + random.nextInt(20));
        present.add(entry);
        add(entry);
      } else {
        remove(present.remove(random.nextInt(present.size())));
      }
      if (random.nextInt(3) == 0) {
        assertThat(listed.of(roster)).isEqualTo(PresenceJson.list(roster.all()));
        assertThat(List.copyOf(listed.of(roster).keySet())).isSorted();
      }
    }
  }

  @Test
  void whatAReaderGotStaysAsItIs() {
    add(entry(N1, 1, "ana"));
    Map<String, List<Meta>> before = listed.of(roster);
    add(entry(N1, 2, "bob"));
    assertThat(listed.of(roster)).containsOnlyKeys("ana", "bob");
    assertThat(before).containsOnlyKeys("ana");
    assertThatThrownBy(before::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void whatNobodyReadsTakesNoMoreThanTheList() {
    add(entry(N1, 1, "ana"));
    assertThat(listed.of(roster)).hasSize(1);
    for (int clock = 2; clock < 1_000; clock++) {
      Entry passer = entry(N1, clock, "anonymous" + clock);
      add(passer);
      remove(passer);
    }
    assertThat(listed.keptKeys()).isLessThan(10);
    assertThat(listed.of(roster)).containsOnlyKeys("ana");
  }

  private void add(Entry entry) {
    roster.add(entry);
    listed.changed(new View.Change(List.of(entry), List.of()));
  }

  private void remove(Entry entry) {
    roster.remove(entry.key(), entry.ref());
    listed.changed(new View.Change(List.of(), List.of(new View.Change.Left(entry, Reason.CLOSED))));
  }
}
