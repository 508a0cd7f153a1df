package dev.rollcall.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final Set<NodeId> OTHERS = Set.of(N2, N3);

  private final Words words = new Words();
  private final Promise<Void> heard = Promise.promise();

  @Test
  void aWordToNobodyIsHeard() {
    begin(Set.of(), heard);
    assertThat(heard.future().succeeded()).isTrue();
  }

  @Test
  void aWordIsHeardOnceAllHaveAcknowledgedIt() {
    long number = begin(OTHERS, heard);
    words.heard(N2, number);
    words.heard(N2, number);
    words.heard(N3, number + 1);
    assertThat(heard.future().isComplete()).isFalse();
    words.heard(N3, number);
    assertThat(heard.future().succeeded()).isTrue();
    assertThat(words.repeat(OTHERS)).isEmpty();
  }

  @Test
  void aWordIsRepeatedToWhoHasNotAcknowledgedIt() {
    long number = begin(OTHERS, heard);
    words.heard(N3, number);
    assertThat(words.repeat(OTHERS))
        .singleElement()
        .satisfies(word -> assertThat(word.missing()).containsExactly(N2));
  }

  @Test
  void whoHasLeftIsNotWaitedFor() {
    long number = begin(OTHERS, heard);
    words.heard(N2, number);
    words.repeat(OTHERS);
    assertThat(heard.future().isComplete()).isFalse();
    assertThat(words.repeat(Set.of(N2))).isEmpty();
    assertThat(heard.future().succeeded()).isTrue();
  }

  @Test
  void aWordThatOneInTheClusterDoesNotHearFailsAndNamesIt() {
    long number = begin(OTHERS, heard);
    words.heard(N3, number);
    for (int i = 0; i < Words.REPEATS; i++) {
      assertThat(words.repeat(OTHERS)).hasSize(1);
      assertThat(heard.future().isComplete()).isFalse();
    }
    assertThat(words.repeat(OTHERS)).isEmpty();
    assertThat(heard.future().cause()).hasMessage("[n2] did not answer");
  }

  @Test
  void eachWordHasItsOwnRepeats() {
    Promise<Void> later = Promise.promise();
    begin(OTHERS, heard);
    words.repeat(OTHERS);
    begin(OTHERS, later);
    for (int i = 0; i < Words.REPEATS; i++) {
      words.repeat(OTHERS);
    }
    assertThat(heard.future().failed()).isTrue();
    assertThat(later.future().isComplete()).isFalse();
  }

  private long begin(Set<NodeId> to, Promise<Void> done) {
    return words.begin("revoke", new JsonObject(), to, done).payload().getLong("word");
  }
}
