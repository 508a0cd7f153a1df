package dev.rollcall.system.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.system.lab.TopicCopy.Leave;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class TopicCopyTest {
  private final TopicCopy copy = new TopicCopy("room:a");

  @Test
  void whoHasNoMetaLeftIsSeenToLeave() {
    copy.state(people("ana", "n1:1").mergeIn(people("ben", "n1:2")));
    assertThat(copy.diff(diff(new JsonObject(), people("ana", "n1:1", "node_down"))))
        .containsExactly(new Leave("ana", "node_down"));
    assertThat(copy.people()).containsExactly("ben");
  }

  @Test
  void whoIsReplacedInTheSameDiffIsNotSeenToLeave() {
    copy.state(people("ana", "n1:1"));
    assertThat(copy.diff(diff(people("ana", "n2:1"), people("ana", "n1:1", "replaced")))).isEmpty();
    assertThat(copy.metas()).isEqualTo(1);
  }

  @Test
  void whoIsNotInTheNextStateIsSeenToLeave() {
    copy.state(people("ana", "n1:1"));
    assertThat(copy.state(new JsonObject())).containsExactly(new Leave("ana", "state"));
  }

  @Test
  void aDiffBeforeTheStateIsOfAnEarlierRegistration() {
    copy.state(people("ana", "n1:1"));
    copy.headers();
    assertThat(copy.diff(diff(new JsonObject(), people("ana", "n1:1", "closed")))).isEmpty();
  }

  @Test
  void whatDidNotComeIsMissing() {
    copy.acknowledged(new JsonObject().put("position", 4).put("complete", true));
    copy.stored(5);
    assertThat(copy.stored(7)).as("a gap is to be loaded").isTrue();
    assertThat(copy.missing(8)).containsExactly(6L, 8L);
    assertThat(copy.gaps()).isEqualTo(1);
    copy.loadedOne(6);
    assertThat(copy.missing(7)).isEmpty();
  }

  @Test
  void whatCameTwiceIsADuplicate() {
    copy.acknowledged(new JsonObject().put("position", 4).put("complete", true));
    copy.stored(5);
    copy.stored(5);
    assertThat(copy.duplicates()).isEqualTo(1);
  }

  @Test
  void aReturnNamesWhatItHad() {
    copy.acknowledged(new JsonObject().put("position", 4).put("phx_ref", "n1:1"));
    copy.stored(5);
    assertThat(copy.headers())
        .isEqualTo(new JsonObject().put("phx_ref", "n1:1").put("position", "5"));
  }

  @Test
  void aReturnThatIsNotToldAllLoadsIt() {
    copy.acknowledged(new JsonObject().put("position", 4).put("complete", true));
    copy.headers();
    assertThat(copy.acknowledged(new JsonObject().put("position", 9).put("complete", false)))
        .isTrue();
    assertThat(copy.missing(9)).hasSize(5);
  }

  private static JsonObject people(String user, String ref) {
    return people(user, new JsonObject().put("phx_ref", ref));
  }

  private static JsonObject people(String user, String ref, String reason) {
    return people(user, new JsonObject().put("phx_ref", ref).put("leave_reason", reason));
  }

  private static JsonObject people(String user, JsonObject meta) {
    return new JsonObject().put(user, new JsonObject().put("metas", new JsonArray().add(meta)));
  }

  private static JsonObject diff(JsonObject joins, JsonObject leaves) {
    return new JsonObject().put("joins", joins).put("leaves", leaves);
  }
}
