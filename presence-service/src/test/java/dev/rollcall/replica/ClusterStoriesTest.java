package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a cluster goes through, in the acts of the transcripts. Where a transcript fixes each
 * message, these ask only what those who follow the room list in the end.
 */
class ClusterStoriesTest {
  /** Of p1, p2 and p3 it is p2 that owns the room. */
  private static final List<String> CLUSTER =
      List.of(
          "given p1 p2 p3 n1 n2 n3",
          "at 100 n1 follows room:lobby",
          "at 100 n2 follows room:lobby",
          "at 100 n3 follows room:lobby");

  @Test
  void aNetworkThatIsCutInPlacesOnlyHidesNobodyAndNoLeave() {
    List<String> cut =
        after(
            CLUSTER,
            "at 500 n1 tracks ana on room:lobby",
            "at 1000 the network splits p2 n1 | p3 n3",
            "at 2000 n3 tracks bob cleo dan on room:lobby",
            "at 8000 n3 untracks bob on room:lobby",
            "at 14000 n3 untracks cleo on room:lobby",
            "at 20000 the end");
    assertThat(lists(cut)).containsOnlyKeys("n1", "n2", "n3");
    assertThat(lists(cut).values()).containsOnly("ana dan");
    assertThat(seen(cut)).noneMatch(line -> line.contains("-ana") || line.contains("-dan"));

    List<String> healed = after(cut, "at 21000 the network heals", "at 30000 the end");
    assertThat(lists(healed)).isEqualTo(lists(cut));
    assertThat(seen(healed)).hasSameSizeAs(seen(cut));
  }

  @Test
  void twoSidesThatLoseWhoHeardBothEndAsOneWhateverEachDidMeanwhile() {
    List<String> apart =
        after(
            CLUSTER,
            "at 500 n1 tracks ana ann on room:lobby",
            "at 500 n2 tracks bea ben on room:lobby",
            "at 500 n3 tracks cat cid on room:lobby",
            "at 1000 the network splits p2 n2 | p3 n3",
            "at 2000 n1 untracks ana on room:lobby",
            "at 2000 n2 untracks bea on room:lobby",
            "at 2000 n3 untracks cat on room:lobby",
            "at 6000 n1 dies",
            "at 6000 p1 dies",
            "at 6500 n1 is dropped",
            "at 6500 p1 is dropped",
            "at 7000 n2 tracks bob on room:lobby",
            "at 7000 n3 tracks cay on room:lobby",
            "at 16000 n2 tracks boz buck on room:lobby",
            "at 16000 n3 tracks cleo cy on room:lobby",
            "at 20000 the end");
    assertThat(lists(apart)).containsEntry("n2", "ben bob boz buck");
    assertThat(lists(apart)).containsEntry("n3", "cay cid cleo cy");

    // The first that is heard of the other side leaves a gap.
    List<String> healed =
        after(
            apart,
            "at 21000 the network heals",
            "at 21001 n2 tracks buz on room:lobby",
            "at 21001 n3 tracks coy on room:lobby",
            "at 30000 the end");
    assertThat(lists(healed)).containsEntry("n2", "ben bob boz buck buz cay cid cleo coy cy");
    assertThat(lists(healed)).containsEntry("n3", "ben bob boz buck buz cay cid cleo coy cy");
  }

  @Test
  void whoStartsAnewOnOneSideOfACutIsSeenAroundIt() {
    List<String> acts =
        after(
            CLUSTER,
            "at 500 n3 tracks old on room:lobby",
            "at 1000 the network splits p2 n2 | p3 n3 n4",
            "at 2000 n3 dies",
            "at 2500 n3 is dropped",
            "at 3000 n4 starts",
            "at 3100 n4 follows room:lobby",
            "at 4000 n1 tracks ana on room:lobby",
            "at 4000 n2 tracks bob on room:lobby",
            "at 4000 n4 tracks dan on room:lobby",
            "at 12000 the end");
    Map<String, String> lists = lists(acts);
    lists.remove("n3");
    assertThat(lists).containsOnlyKeys("n1", "n2", "n4");
    assertThat(lists.values()).containsOnly("ana bob dan");
  }

  @Test
  void whoStartsWhenOthersHaveComeAndGoneKnowsTheLivingAndAsksForNobodyElse() {
    List<String> acts =
        after(
            CLUSTER,
            "at 500 n1 tracks ana on room:lobby",
            "at 500 n2 tracks bob cleo dan on room:lobby",
            "at 1000 p2 dies",
            "at 1500 p2 is dropped",
            "at 2000 n2 untracks bob dan on room:lobby",
            "at 3000 n1 dies",
            "at 3500 n1 is dropped",
            "at 8000 p4 starts",
            "at 8500 n4 starts",
            "at 9000 n4 follows room:lobby",
            "at 30000 the end");
    Map<String, String> lists = lists(acts);
    lists.remove("n1");
    assertThat(lists).containsOnlyKeys("n2", "n3", "n4");
    assertThat(lists.values()).containsOnly("cleo");
    assertThat(new Transcript(acts).play())
        .filteredOn(line -> line.contains("p4 → ") && line.contains(" pull "))
        .singleElement()
        .asString()
        .contains(" pull n2 after 0");
  }

  @Test
  void manyWhoJoinOnManyNodesAtOnceAreSeenOnAllOfThem() {
    List<String> nodes = IntStream.rangeClosed(1, 7).mapToObj(i -> "n" + i).toList();
    List<String> acts = new ArrayList<>();
    acts.add("given p1 p2 p3 " + String.join(" ", nodes));
    nodes.forEach(node -> acts.add("at 100 " + node + " follows room:lobby"));
    nodes.forEach(node -> acts.add("at 500 " + node + " tracks " + crowd(node) + " on room:lobby"));
    acts.add("at 3000 the end");
    String all = nodes.stream().map(ClusterStoriesTest::crowd).collect(Collectors.joining(" "));
    assertThat(lists(acts)).containsOnlyKeys(nodes);
    assertThat(lists(acts).values()).containsOnly(all);
  }

  private static String crowd(String node) {
    return IntStream.range(10, 60).mapToObj(i -> node + "x" + i).collect(Collectors.joining(" "));
  }

  private static List<String> after(List<String> before, String... acts) {
    return Stream.concat(before.stream(), Arrays.stream(acts)).toList();
  }

  /** What listeners see, in order: {@code 1004 n2 sees +ana(n1:1)}. */
  private static List<String> seen(List<String> acts) {
    return new Transcript(acts)
        .play().stream()
            .filter(line -> line.contains(" sees "))
            .map(line -> line.strip().replaceAll(" +", " "))
            .toList();
  }

  /** Returns the keys that each node that follows has after all that it saw. */
  private static Map<String, String> lists(List<String> acts) {
    Map<String, Set<String>> lists = new TreeMap<>();
    for (String line : seen(acts)) {
      String[] words = line.split(" ");
      Set<String> list = lists.computeIfAbsent(words[1], node -> new TreeSet<>());
      Arrays.stream(words).skip(3).filter(word -> word.contains("(")).forEach(w -> fold(w, list));
    }
    Map<String, String> told = new TreeMap<>();
    lists.forEach((node, list) -> told.put(node, String.join(" ", list)));
    return told;
  }

  /** The first list, {@code ana(n1:1)}, adds as a join does, {@code +ana(n1:1)}. */
  private static void fold(String word, Set<String> list) {
    String key = word.substring(0, word.indexOf('(')).replaceAll("^[+-]", "");
    if (word.startsWith("-")) {
      list.remove(key);
    } else {
      list.add(key);
    }
  }
}
