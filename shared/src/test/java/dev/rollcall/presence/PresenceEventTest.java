package dev.rollcall.presence;

import static dev.rollcall.presence.Samples.N1;
import static dev.rollcall.presence.Samples.N2;
import static dev.rollcall.presence.Samples.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PresenceEventTest {
  private static final int SEEDS = 300;
  private static final Entry ANA = entry(N1, 1, "ana");
  private static final Entry ANA_AGAIN = entry(N2, 7, "ana");
  private static final Entry BOB = entry(N1, 2, "bob");

  @Test
  void theFirstMetasOfAKeyAreAJoin() {
    PresenceEvent event = event(List.of(ANA, ANA_AGAIN, BOB), List.of(ANA, ANA_AGAIN));
    assertThat(event.joined())
        .isEqualTo(Map.of("ana", List.of(new Meta(ANA), new Meta(ANA_AGAIN))));
    assertThat(event.left()).isEmpty();
  }

  @Test
  void aSecondTabIsNoJoin() {
    PresenceEvent event = event(List.of(ANA, ANA_AGAIN), List.of(ANA_AGAIN));
    assertThat(event.joined()).isEmpty();
    assertThat(event.keys()).containsExactly("ana");
  }

  @Test
  void theLastMetasOfAKeyAreALeave() {
    PresenceEvent event =
        event(List.of(BOB), List.of(), left(ANA, Reason.IDLE), left(ANA_AGAIN, Reason.KICKED));
    List<Meta> metas = List.of(new Meta(ANA), new Meta(ANA_AGAIN));
    assertThat(event.left()).isEqualTo(Map.of("ana", new PresenceEvent.Gone(metas, Reason.KICKED)));
    assertThat(event.joined()).isEmpty();
  }

  @Test
  void oneTabOfTwoIsNoLeave() {
    assertThat(event(List.of(ANA), List.of(), left(ANA_AGAIN, Reason.CLOSED)).left()).isEmpty();
  }

  @Test
  void anUpdateIsNeither() {
    Entry updated = entry(N1, 5, "ana").after(ANA.ref());
    PresenceEvent event = event(List.of(updated), List.of(updated), left(ANA, Reason.REPLACED));
    assertThat(event.joined()).isEmpty();
    assertThat(event.left()).isEmpty();
    assertThat(event.keys()).containsExactly("ana");
  }

  @Test
  void theDiffHasTheShapeThatListenersKnow() {
    Entry updated = new Entry(new Ref(N2, 5), ANA.ref(), "lobby", "ana", "{\"name\":\"Ana\"}");
    PresenceEvent event =
        event(
            List.of(updated), List.of(updated), left(ANA, Reason.REPLACED), left(BOB, Reason.IDLE));
    assertThat(event.diff())
        .isEqualTo(
            new JsonObject(
                """
                {"joins": {"ana": {"metas": [
                   {"name": "Ana", "phx_ref": "n2:5", "phx_ref_prev": "n1:1"}]}},
                 "leaves": {
                   "ana": {"metas": [{"phx_ref": "n1:1", "leave_reason": "replaced"}]},
                   "bob": {"metas": [{"phx_ref": "n1:2", "leave_reason": "idle"}]}}}
                """));
    assertThat(event.keys()).containsExactlyInAnyOrder("ana", "bob");
  }

  @Test
  void aStateHasAllMetasOfEachKey() {
    assertThat(PresenceJson.state(List.of(ANA, ANA_AGAIN, BOB)))
        .isEqualTo(
            new JsonObject(
                """
                {"ana": {"metas": [{"phx_ref": "n1:1"}, {"phx_ref": "n2:7"}]},
                 "bob": {"metas": [{"phx_ref": "n1:2"}]}}
                """));
    assertThat(PresenceJson.state(List.of())).isEqualTo(new JsonObject());
  }

  @Test
  void aListIsInTheOrderOfTheEntriesAndCannotBeChanged() {
    Map<String, List<Meta>> list = PresenceJson.list(List.of(BOB, ANA, ANA_AGAIN));
    assertThat(list.keySet()).containsExactly("bob", "ana");
    assertThat(list.get("ana")).containsExactly(new Meta(ANA), new Meta(ANA_AGAIN));
    assertThat(list).isUnmodifiable();
    assertThat(list.get("ana")).isUnmodifiable();
  }

  /** Whoever counts joined and left only, without the list, knows who is present all the same. */
  @Test
  void joinedAndLeftFoldToTheKeysThatArePresent() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Roster roster = new Roster();
      Set<String> present = new HashSet<>();
      Map<Ref, Entry> live = new HashMap<>();
      long clock = 0;
      for (int step = 0; step < 60; step++) {
        List<View.Change.Left> leaves = new ArrayList<>();
        for (Entry one : List.copyOf(live.values())) {
          if (random.nextInt(4) == 0) {
            live.remove(one.ref());
            roster.remove(one.key(), one.ref());
            leaves.add(left(one, Reason.CLOSED));
          }
        }
        List<Entry> joins = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          clock++;
          Entry join = entry(N1, clock, "k" + random.nextInt(5));
          live.put(join.ref(), join);
          roster.add(join);
          joins.add(join);
        }
        PresenceEvent event = PresenceEvent.of(new View.Change(joins, leaves), roster);
        event.joined().keySet().forEach(key -> assertThat(present.add(key)).isTrue());
        event.left().keySet().forEach(key -> assertThat(present.remove(key)).isTrue());
        assertThat(roster.keyCount()).as("seed %d", seed).isEqualTo(present.size());
        assertThat(present).allMatch(key -> !roster.get(key).isEmpty());
      }
    }
  }

  private static PresenceEvent event(
      List<Entry> after, List<Entry> joins, View.Change.Left... leaves) {
    Roster roster = new Roster();
    after.forEach(roster::add);
    return PresenceEvent.of(new View.Change(joins, List.of(leaves)), roster);
  }

  private static View.Change.Left left(Entry entry, Reason reason) {
    return new View.Change.Left(entry, reason);
  }
}
