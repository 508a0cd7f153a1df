package dev.rollcall.presence;

import static dev.rollcall.presence.Samples.N1;
import static dev.rollcall.presence.Samples.N2;
import static dev.rollcall.presence.Samples.entry;
import static dev.rollcall.presence.Samples.ref;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RosterTest {
  private static final int SEEDS = 200;
  private static final Entry ANA = entry(N1, 1, "ana");
  private static final Entry ANA_AGAIN = entry(N2, 1, "ana");
  private static final Entry BOB = entry(N1, 2, "bob");
  private static final Entry EVE = entry(N1, 3, "eve");

  private final Roster roster = new Roster();

  @Test
  void anEntryIsAddedOnce() {
    assertThat(roster.add(ANA)).isTrue();
    assertThat(roster.add(ANA)).isFalse();
    assertThat(roster.size()).isEqualTo(1);
    assertThat(roster.digest()).isEqualTo(Roster.digest(ANA.ref()));
  }

  @Test
  void anEntryIsRemovedOnce() {
    fill(ANA, ANA_AGAIN);
    assertThat(roster.remove("ana", ANA.ref())).isTrue();
    assertThat(roster.remove("ana", ANA.ref())).isFalse();
    assertThat(roster.remove("bob", ANA_AGAIN.ref())).as("another key").isFalse();
    assertThat(roster.get("ana")).containsExactly(ANA_AGAIN);
    assertThat(roster.remove("ana", ANA_AGAIN.ref())).isTrue();
    assertThat(roster.isEmpty()).isTrue();
    assertThat(roster.keyCount()).isZero();
    assertThat(roster.digest()).isZero();
  }

  @Test
  void aKeyHasItsMetasInTheOrderInWhichTheyCame() {
    fill(BOB, ANA_AGAIN, ANA);
    assertThat(roster.get("ana")).containsExactly(ANA_AGAIN, ANA);
    assertThat(roster.get("ana", ANA.ref())).isEqualTo(ANA);
    assertThat(roster.get("bob", ANA.ref())).isNull();
    assertThat(roster.get("eve")).isEmpty();
    assertThat(roster.contains("ana", ANA.ref())).isTrue();
    assertThat(roster.contains("ana", ref(N2, 9))).isFalse();
    assertThat(roster.keyCount()).isEqualTo(2);
    assertThat(roster.size()).isEqualTo(3);
  }

  @Test
  void whatWasReadOfAKeyDoesNotChange() {
    fill(ANA);
    List<Entry> read = roster.get("ana");
    roster.add(ANA_AGAIN);
    roster.remove("ana", ANA.ref());
    assertThat(read).containsExactly(ANA);
  }

  @Test
  void allIsInTheOrderOfTheKeysAndAListOfItsOwn() {
    fill(EVE, BOB, ANA);
    List<Entry> all = roster.all();
    roster.remove("bob", BOB.ref());
    assertThat(all).containsExactly(ANA, BOB, EVE);
  }

  @Test
  void aPageHasSoManyKeysWithAllTheirMetas() {
    fill(EVE, BOB, ANA, ANA_AGAIN);
    assertThat(roster.page("", 1)).containsExactly(ANA, ANA_AGAIN);
    assertThat(roster.page("ana", 1)).containsExactly(BOB);
    assertThat(roster.page("ana", 9)).containsExactly(BOB, EVE);
    assertThat(roster.page("b", 9)).as("after a key that is not there").containsExactly(BOB, EVE);
    assertThat(roster.page("eve", 9)).isEmpty();
    assertThat(roster.page("", 0)).isEmpty();
  }

  @Test
  void tellsWhetherThereIsMoreAfterAKey() {
    fill(ANA, BOB);
    assertThat(roster.hasAfter("")).isTrue();
    assertThat(roster.hasAfter("ana")).isTrue();
    assertThat(roster.hasAfter("bob")).isFalse();
  }

  @Test
  void aPageOfLongMetasHasFewerKeys() {
    String meta = "{\"a\":\"" + "x".repeat(4_000) + "\"}";
    for (int i = 100; i < 300; i++) {
      roster.add(new Entry(new Ref(N1, i), null, "lobby", "user" + i, meta));
    }
    List<Entry> page = roster.page("", 200);
    assertThat(page).hasSizeBetween(50, 100);
    String last = page.get(page.size() - 1).key();
    assertThat(roster.page(last, 200).get(0).key()).isGreaterThan(last);
    assertThat(roster.hasAfter(last)).isTrue();
  }

  @Test
  void pagesOneAfterTheOtherAreTheWholeList() {
    for (int i = 1; i <= 57; i++) {
      roster.add(entry(N1, i, "k" + i % 23));
    }
    List<Entry> pages = new ArrayList<>();
    String after = "";
    while (roster.hasAfter(after)) {
      List<Entry> page = roster.page(after, 5);
      pages.addAll(page);
      after = page.get(page.size() - 1).key();
    }
    assertThat(pages).isEqualTo(roster.all());
  }

  @Test
  void theDigestDoesNotDependOnTheOrder() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<Entry> entries = new ArrayList<>();
      for (int clock = 1; clock <= 30; clock++) {
        entries.add(entry(random.nextBoolean() ? N1 : N2, clock, "k" + random.nextInt(9)));
      }
      Roster one = new Roster();
      entries.forEach(one::add);
      Collections.shuffle(entries, random);
      Roster other = new Roster();
      Entry passing = entry(N1, 99, "k0");
      other.add(passing);
      entries.forEach(other::add);
      assertThat(other.digest()).isNotEqualTo(one.digest());
      other.remove("k0", passing.ref());
      assertThat(other.digest()).as("seed %d", seed).isEqualTo(one.digest());
      assertThat(other.all()).hasSameElementsAs(one.all());
    }
  }

  @Test
  void refsThatAreNearEachOtherHaveDigestsOfTheirOwn() {
    Set<Long> digests = new HashSet<>();
    for (long clock = 1; clock <= 10_000; clock++) {
      digests.add(Roster.digest(ref(N1, clock)));
      digests.add(Roster.digest(ref(N2, clock)));
    }
    assertThat(digests).hasSize(20_000);
  }

  @Test
  void agreesWithAPlainMap() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Roster checked = new Roster();
      TreeMap<Ref, Entry> plain = new TreeMap<>();
      for (int step = 0; step < 200; step++) {
        long clock = 1L + random.nextInt(20);
        Entry one = entry(N1, clock, "k" + clock % 6);
        boolean changed =
            random.nextBoolean()
                ? checked.add(one) == (plain.putIfAbsent(one.ref(), one) == null)
                : checked.remove(one.key(), one.ref()) == (plain.remove(one.ref()) != null);
        assertThat(changed).as("seed %d", seed).isTrue();
        assertThat(checked.size()).isEqualTo(plain.size());
      }
      assertThat(checked.all()).containsExactlyInAnyOrderElementsOf(plain.values());
    }
  }

  private void fill(Entry... entries) {
    List.of(entries).forEach(roster::add);
  }
}
