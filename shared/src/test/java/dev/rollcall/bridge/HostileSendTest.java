package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No client reaches what no policy names, nor an answer that is for somebody else. */
@ExtendWith(Targets.class)
class HostileSendTest {
  @AfterEach
  void nothingIsLeft(Target target) {
    assertThat(target.leaked).hasValue(0);
    target.awaitConnections(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret",
        "rollcall.secret",
        "rollcall.presence",
        "rollcall.pubsub",
        "rollcall.access",
        "__vertx.reply.1",
        "__vertx.circuit-breaker",
        "ECHO",
        "echo ",
        "echo*",
        "*"
      })
  void whatIsNotNamedIsDenied(String address, Target target) throws IOException {
    try (RawClient eve = RawClient.open(target, "eve")) {
      for (String type : new String[] {"send", "publish", "register", "unregister"}) {
        eve.say("{'type':'" + type + "','address':'" + address + "','body':{}}");
        assertThat(eve.frame().text()).as(type).contains("access_denied");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"club", "room:a", "probe", "echo"})
  void nobodySpeaksToATopicAsIfHeWereAService(String topic, Target target) throws IOException {
    try (RawClient ana = RawClient.open(target, "ana").registered("club").registered("room:a");
        RawClient eve = RawClient.open(target, "eve")) {
      eve.say("{'type':'publish','address':'" + topic + "','body':{'event':'x','payload':{}}}");
      assertThat(eve.frame().text()).contains("access_denied");
      target.broadcast("room:a", "said", new JsonObject());
      assertThat(ana.frame().text()).contains("\"event\":\"said\"");
    }
  }

  @Test
  void anAnswerIsForWhoWasAskedAlone(Target target) throws IOException {
    try (RawClient ana = RawClient.open(target, "ana");
        RawClient eve = RawClient.open(target, "eve")) {
      ana.say("{'type':'send','address':'ask','replyAddress':'r1','body':'how are you?'}");
      String back = new JsonObject(ana.frame().text()).getString("replyAddress");
      for (String address : new String[] {back, "r1", "__vertx.reply." + back}) {
        eve.say("{'type':'send','address':'" + address + "','replyAddress':'s','body':'stolen'}");
        assertThat(eve.frame().text()).contains("access_denied");
        eve.say("{'type':'register','address':'" + address + "','replyAddress':'s'}");
        assertThat(eve.frame().text()).contains("access_denied");
      }
      ana.say("{'type':'send','address':'" + back + "','replyAddress':'r2','body':'fine'}");
      assertThat(ana.frame().text()).contains("[\"fine\"]");
      ana.say("{'type':'send','address':'" + back + "','replyAddress':'r3','body':'twice'}");
      assertThat(ana.frame().text()).contains("access_denied");
    }
  }

  @Test
  void aReplyAddressIsShort(Target target) throws IOException {
    try (RawClient eve = RawClient.open(target, "eve")) {
      for (String address : new String[] {"'" + "r".repeat(37) + "'", "''", "7", "{}", "[]"}) {
        eve.say("{'type':'send','address':'echo','body':1,'replyAddress':" + address + "}");
        assertThat(eve.frame().text()).contains("invalid_reply_address");
      }
      String longest = "r".repeat(36);
      eve.say("{'type':'send','address':'echo','body':1,'replyAddress':'" + longest + "'}");
      assertThat(eve.frame().text()).contains(longest).contains("\"rec\"");
    }
  }

  @Test
  void anAnswerThatComesWhenItsAskerHasGoneIsDropped(Target target)
      throws IOException, InterruptedException {
    try (RawClient eve = RawClient.open(target, "eve")) {
      eve.say("{'type':'send','address':'late','replyAddress':'r','body':1}");
      Message<Object> asked = target.unanswered.poll(10, TimeUnit.SECONDS);
      eve.reset();
      target.awaitConnections(0);
      asked.reply("too late");
    }
    try (RawClient next = RawClient.open(target, "eve")) {
      next.say("{'type':'send','address':'echo','replyAddress':'r','body':'next'}");
      assertThat(next.frame().text()).contains("next");
    }
  }

  @Test
  void onlySoManySendsMayWaitForTheirAnswer(Target target)
      throws IOException, InterruptedException {
    try (RawClient eve = RawClient.open(target, "eve")) {
      for (int i = 0; i < Limits.MAX_REQUESTS + 1; i++) {
        eve.say("{'type':'send','address':'late','replyAddress':'r" + i + "','body':1}");
      }
      assertThat(eve.frame().text()).contains("max_handlers_reached");
      for (int i = 0; i < Limits.MAX_REQUESTS; i++) {
        target.unanswered.poll(10, TimeUnit.SECONDS).reply(i);
        assertThat(eve.frame().text()).contains("\"rec\"");
      }
      assertThat(target.unanswered).isEmpty();
    }
  }
}
