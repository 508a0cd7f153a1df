package dev.rollcall.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Member;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MembersTest {
  /** What one of them believes; who is not listed has been dropped. */
  private static Members of(String self, List<String> listed, List<String> dropped) {
    Set<Member> list = new LinkedHashSet<>();
    Members members = new Members(() -> list);
    Stream.concat(listed.stream(), dropped.stream())
        .map(name -> member(name, name.equals(self)))
        .forEach(list::add);
    for (Member one : List.copyOf(list)) {
      if (dropped.contains(Members.name(one))) {
        list.remove(one);
        assertThat(members.removed(one)).isTrue();
        members.keep(one);
      }
    }
    return members;
  }

  private static Member member(String name, boolean isLocal) {
    Map<String, String> attributes =
        Map.of("__vertx.nodeId", name, "rollcall.node", name, "rollcall.registry", "true");
    return (Member)
        Proxy.newProxyInstance(
            Member.class.getClassLoader(),
            new Class<?>[] {Member.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "getAttribute" -> attributes.get(args[0]);
                  case "localMember" -> isLocal;
                  case "hashCode" -> name.hashCode();
                  case "equals" -> proxy == args[0];
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  /** Returns who gives way, of sides that hear each other. */
  private static List<String> stranded(List<List<String>> sides) {
    return sides.stream()
        .flatMap(
            side -> {
              List<String> others =
                  sides.stream().filter(one -> one != side).flatMap(List::stream).toList();
              return side.stream()
                  .filter(self -> !of(self, side, others).strandedFrom(heard -> true).isEmpty());
            })
        .toList();
  }

  @Test
  void theOldestOfTheSmallerSideGivesWay() {
    assertThat(stranded(List.of(List.of("c", "a", "b"), List.of("e", "d")))).containsExactly("e");
    assertThat(stranded(List.of(List.of("e"), List.of("c", "a", "b")))).containsExactly("e");
  }

  @Test
  void oneOfTwoEqualSidesGivesWay() {
    assertThat(stranded(List.of(List.of("d", "a"), List.of("c", "b")))).containsExactly("c");
    assertThat(stranded(List.of(List.of("c", "b"), List.of("d", "a")))).containsExactly("c");
  }

  @Test
  void ofManySidesTheOldestOfEachThatIsNotTheMostGivesWay() {
    assertThat(stranded(List.of(List.of("a", "b", "c"), List.of("d"), List.of("e"))))
        .containsExactly("d", "e");
    assertThat(stranded(List.of(List.of("a"), List.of("b"), List.of("c"))))
        .containsExactly("a", "b", "c");
  }

  @Test
  void whoIsNotHeardIsNoSide() {
    Members members = of("c", List.of("c"), List.of("a", "b"));

    assertThat(members.strandedFrom(Set.of()::contains)).isEmpty();
    assertThat(members.strandedFrom(Set.of("a", "b")::contains)).hasSize(2);
  }

  @Test
  void nobodyGivesWayOnceTheListHasThemAgain() {
    Set<Member> list = new LinkedHashSet<>(List.of(member("b", true)));
    Members members = new Members(() -> list);
    members.keep(member("a", false));
    assertThat(members.strandedFrom(heard -> true)).hasSize(1);

    list.add(member("a", false));
    assertThat(members.strandedFrom(heard -> true)).isEmpty();
    members.added(member("a", false));
    assertThat(members.departed()).isEmpty();
  }

  @Test
  void whoSaidGoodbyeHasNotDeparted() {
    Members members = new Members(() -> Set.of(member("b", true)));
    members.leaves("a");

    assertThat(members.removed(member("a", false))).isFalse();
    assertThat(members.departed()).isEmpty();
    assertThat(members.isLeaving("a")).isFalse();
  }

  @Test
  void whoDepartedIsForgottenWhenNobodyKnowsWhatItConsumed() {
    Members members = of("a", List.of("a", "b"), List.of("c", "d"));
    members.leaves("b");
    members.leaves("e");

    members.retain(Set.of("d")::contains);

    assertThat(members.departed().map(Members::name)).containsExactly("d");
    assertThat(members.isLeaving("b")).isTrue();
    assertThat(members.isLeaving("e")).isFalse();
  }

  @Test
  void whoSaysGoodbyeWhileItIsOffTheListHasLeft() {
    Members members = of("a", List.of("a"), List.of("b"));
    members.leaves("b");

    assertThat(members.departed()).isEmpty();
  }

  @Test
  void thoseOfTheOtherHalfStayListedWhileTheListIsGivenUpForTheirs() {
    Set<Member> list = new LinkedHashSet<>(List.of(member("a", true), member("b", false)));
    Members members = new Members(() -> list);

    members.merges();
    list.clear();
    list.add(member("a", true));

    assertThat(members.names()).containsExactlyInAnyOrder("a", "b");
    members.merged();
    assertThat(members.names()).containsExactly("a");
  }

  @Test
  void whoHasLeftKnowsNobody() {
    Members members = of("a", List.of("a"), List.of("b"));
    Members left = new Members(Set::of);

    assertThat(members.names()).containsExactly("a");
    assertThat(List.<Collection<?>>of(left.names(), left.nodeIds(), left.listedNodes()))
        .allMatch(Collection::isEmpty);
    assertThat(left.strandedFrom(heard -> true)).isEmpty();
  }
}
