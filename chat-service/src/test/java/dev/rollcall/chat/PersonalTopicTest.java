package dev.rollcall.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.bridge.BridgeUser;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalTopicTest {
  private static final BridgeUser ANA = new BridgeUser("Ana", new JsonObject());

  @Test
  void theUserMayHearIt() {
    assertThat(PersonalTopic.isOf(ANA, "user:Ana")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"user:Bob", "user:ana", "user:Ana ", "user:Anab", "user:", "Ana"})
  void nobodyElseMay(String topic) {
    assertThat(PersonalTopic.isOf(ANA, topic)).isFalse();
  }
}
