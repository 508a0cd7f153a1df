package dev.rollcall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.node.Registry.Word;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTest {
  private static final Set<String> BOTH = Set.of("a", "b");

  private final Registry a = new Registry("a");
  private final Registry b = new Registry("b");

  @Test
  void whatAMemberConsumesIsKnownToWhomItHasSaidIt() {
    a.add("post");
    a.add("post");
    a.add("edit");
    assertThat(b.receive(a.say(BOTH))).isTrue();
    assertThat(b.consumers("a", "post")).isEqualTo(2);
    assertThat(b.consumers("a", "edit")).isOne();
    assertThat(b.consumers("a", "other")).isZero();
    assertThat(b.consumers("c", "post")).isZero();
  }

  @Test
  void whatItConsumesNoMoreIsForgotten() {
    a.add("post");
    a.add("post");
    a.remove("post");
    b.receive(a.say(BOTH));
    assertThat(b.consumers("a", "post")).isOne();
    a.remove("post");
    b.receive(a.say(BOTH));
    assertThat(b.consumers("a", "post")).isZero();
  }

  @Test
  void theListIsSaidUntilAllKnowIt() {
    long version = a.add("post");
    b.receive(a.say(BOTH));
    assertThat(a.unaware(BOTH, version)).containsExactly("b");
    assertThat(a.say(BOTH).consumers()).containsOnlyKeys("post");
    a.receive(b.say(BOTH));
    assertThat(a.unaware(BOTH, version)).isEmpty();
    assertThat(a.say(BOTH).consumers()).isNull();
    assertThat(a.unaware(Set.of("a", "b", "c"), version)).containsExactly("c");
    assertThat(a.say(Set.of("a", "b", "c")).consumers()).containsOnlyKeys("post");
    a.remove("post");
    assertThat(a.say(BOTH).consumers()).isEmpty();
  }

  @Test
  void whatComesLateIsNotTaken() {
    a.add("post");
    Word late = a.say(BOTH);
    a.remove("post");
    b.receive(a.say(BOTH));
    assertThat(b.receive(late)).isFalse();
    assertThat(b.consumers("a", "post")).isZero();
  }

  @Test
  void aMemberThatConsumesNothingHasSaidSoToo() {
    assertThat(b.unheard(BOTH)).containsExactly("a");
    assertThat(b.hasHeard()).isFalse();
    b.receive(a.say(BOTH));
    assertThat(b.hasHeard()).isTrue();
    assertThat(b.unheard(BOTH)).isEmpty();
  }

  @Test
  void whoForgetsIsToldAgain() {
    a.add("post");
    b.receive(a.say(BOTH));
    a.receive(b.say(BOTH));
    int last = Registry.BEATS_SILENT + Registry.BEATS_KEPT;
    for (int beat = 0; beat <= last; beat++) {
      boolean isSaid = beat == Registry.BEATS_SILENT || beat == last;
      assertThat(b.beat(Set.of("b"))).isEqualTo(isSaid);
    }
    assertThat(b.keeps("a")).isFalse();
    assertThat(b.consumers("a", "post")).isZero();
    a.receive(b.say(BOTH));
    b.receive(a.say(BOTH));
    assertThat(b.consumers("a", "post")).isOne();
  }

  @Test
  void whoIsAwayForAWhileIsNotForgotten() {
    a.add("post");
    b.receive(a.say(BOTH));
    a.receive(b.say(BOTH));
    for (int beat = 0; beat < Registry.BEATS_KEPT; beat++) {
      b.beat(Set.of("b"));
    }
    b.beat(BOTH);
    b.beat(Set.of("b"));
    Word brief = a.say(BOTH);
    assertThat(brief.consumers()).isNull();
    b.receive(brief);
    assertThat(b.consumers("a", "post")).isOne();
  }

  @Test
  void whoHasFallenSilentIsNotAskedUntilItIsHeardAgain() {
    a.add("post");
    b.receive(a.say(BOTH));
    for (int beat = 0; beat < Registry.BEATS_SILENT; beat++) {
      assertThat(b.beat(BOTH)).isFalse();
    }
    assertThat(b.consumers("a", "post")).isOne();
    assertThat(b.beat(BOTH)).isTrue();
    assertThat(b.consumers("a", "post")).isZero();
    assertThat(b.beat(BOTH)).isFalse();
    a.receive(b.say(BOTH));
    assertThat(b.receive(a.say(BOTH))).isTrue();
    assertThat(b.consumers("a", "post")).isOne();
  }

  @Test
  void whoIsHeardIsKeptHoweverLongItIsOffTheList() {
    for (int beat = 0; beat <= 2 * Registry.BEATS_KEPT; beat++) {
      b.receive(a.say(BOTH));
      assertThat(b.beat(Set.of("b"))).isFalse();
    }
    assertThat(b.keeps("a")).isTrue();
  }

  @Test
  void whoLeavesTheListUnheardIsKeptForAWhile() {
    b.doubt("a");

    assertThat(b.keeps("a")).isTrue();
    assertThat(b.isHeard("a")).isFalse();
    assertThat(b.unheard(BOTH)).containsExactly("a");
    assertThat(b.hasHeard()).isFalse();
    for (int beat = 0; beat <= Registry.BEATS_KEPT; beat++) {
      b.beat(Set.of("b"));
    }
    assertThat(b.keeps("a")).isFalse();
  }

  /** Words are lost, repeated and late; members consume more and less all the while. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void allKnowInTheEndWhatAllConsume(long seed) {
    Random random = new Random(seed);
    List<String> addresses = List.of("post", "edit", "history");
    Map<String, Registry> members = new HashMap<>();
    Map<String, List<String>> consumed = new HashMap<>();
    for (String name : List.of("a", "b", "c", "d")) {
      members.put(name, new Registry(name));
      consumed.put(name, new ArrayList<>());
    }
    List<Word> onTheWay = new ArrayList<>();
    for (int turn = 0; turn < 2_000; turn++) {
      String name = List.of("a", "b", "c", "d").get(random.nextInt(4));
      Registry member = members.get(name);
      List<String> own = consumed.get(name);
      if (random.nextInt(10) == 0 && !own.isEmpty()) {
        member.remove(own.remove(random.nextInt(own.size())));
      } else if (random.nextInt(10) == 0) {
        own.add(addresses.get(random.nextInt(3)));
        member.add(own.get(own.size() - 1));
      }
      onTheWay.add(member.say(members.keySet()));
      Word word = onTheWay.get(random.nextInt(onTheWay.size()));
      members.forEach((other, registry) -> hear(other, registry, word, random.nextInt(3) > 0));
    }
    for (int round = 0; round < 2; round++) {
      members.forEach(
          (from, speaker) -> {
            Word word = speaker.say(members.keySet());
            members.forEach((to, listener) -> hear(to, listener, word, true));
          });
    }
    members.forEach(
        (name, member) ->
            consumed.forEach(
                (other, own) -> {
                  for (String address : other.equals(name) ? List.<String>of() : addresses) {
                    assertThat(member.consumers(other, address))
                        .as("%s of %s, as %s knows it", address, other, name)
                        .isEqualTo(own.stream().filter(address::equals).count());
                  }
                }));
  }

  private static void hear(String name, Registry member, Word word, boolean arrives) {
    if (arrives && !word.member().equals(name)) {
      member.receive(word);
    }
  }

  @Test
  void aWordIsTheSameAfterTheBus() {
    Word full = new Word("a", 3, Map.of("post", 2), Map.of("b", 7L));
    Word brief = new Word("a", 3, null, Map.of());
    for (Word word : List.of(full, brief)) {
      JsonObject onTheBus = new JsonObject(RegistryBus.encode(word).toBuffer());
      assertThat(RegistryBus.decode(onTheBus)).contains(word);
    }
  }

  @Test
  void aMalformedWordIsNone() {
    JsonObject word = RegistryBus.encode(new Word("a", 3, Map.of("post", 2), Map.of("b", 7L)));
    for (String field : Set.of("version", "consumers", "knows")) {
      assertThat(RegistryBus.decode(word.copy().put(field, true))).as(field).isEmpty();
    }
    for (String field : Set.of("member", "version", "knows")) {
      JsonObject without = word.copy();
      without.remove(field);
      assertThat(RegistryBus.decode(without)).as(field).isEmpty();
    }
    assertThatThrownBy(() -> new Word(null, 1, Map.of(), Map.of()))
        .isInstanceOf(NullPointerException.class);
  }
}
