package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of a session, without a socket: frames in, effects out. */
class BridgeSessionTest {
  private static final long NOW = 1_000_000;
  private static final long NOW_SECONDS = 1_700_000_000;

  private final Recorder out = new Recorder();
  private BridgeSession session;

  @BeforeEach
  void open() {
    Policies policies = new Policies();
    policies.addTopic("room:*", TopicPolicy.everyone());
    policies.addTopic("here:*", TopicPolicy.everyone().present((user, topic) -> new JsonObject()));
    policies.addTopic("log:*", TopicPolicy.everyone().replay(new NoHistory()));
    policies.addSend("echo", user -> true);
    policies.addSend("admin", user -> user.name().equals("root"));
    policies.addSend("odd", user -> user.name().charAt(99) == 'x');
    policies.addPublish("news", user -> true);
    policies.addPublish("board", user -> user.name().equals("root"));
    policies.addPublish("odds", user -> user.name().charAt(99) == 'x');
    Limits limits = new Limits(100, 10, 10, 10, 0);
    Identity ana = identity("ana", NOW_SECONDS - 10, NOW_SECONDS + 3_600);
    session = new BridgeSession(ana, policies, limits, out, NOW);
  }

  private static final class NoHistory implements History {
    @Override
    public Future<Long> last(String topic) {
      return Future.succeededFuture(0L);
    }

    @Override
    public Future<List<Message>> after(String topic, long position, int limit) {
      return Future.succeededFuture(List.of());
    }
  }

  private static Identity identity(String user, long issuedAt, long expiresAt) {
    return new Identity(new BridgeUser(user, new JsonObject()), issuedAt, expiresAt);
  }

  private void says(String frame) {
    session.receive(Buffer.buffer(frame.replace('\'', '"')), NOW);
  }

  private void registers(String topic) {
    says("{'type':'register','address':'" + topic + "'}");
    session.registrations().authorised(topic, out.lastTicket(), Verdict.ALLOWED);
  }

  @Test
  void nobodyJoinsBeforeTheApplicationHasSaidYes() {
    says("{'type':'register','address':'room:a'}");
    assertThat(out.joined()).isEmpty();
    session.registrations().authorised("room:a", out.lastTicket(), Verdict.ALLOWED);
    assertThat(out.joined()).containsExactly("room:a");
    assertThat(out.written()).isEmpty();
  }

  @Test
  void whoIsDeniedIsToldSoAndHasNothing() {
    says("{'type':'register','address':'room:a'}");
    session.registrations().authorised("room:a", out.lastTicket(), Verdict.DENIED);
    assertThat(out.joined()).isEmpty();
    assertThat(out.written()).containsExactly("{\"type\":\"err\",\"body\":\"access_denied\"}");
    assertThat(session.registrations().count()).isZero();
  }

  @Test
  void anAnswerThatIsNotKnownIsNoYes() {
    says("{'type':'register','address':'room:a'}");
    session.registrations().authorised("room:a", out.lastTicket(), Verdict.UNKNOWN);
    assertThat(out.joined()).isEmpty();
    assertThat(out.written()).containsExactly("{\"type\":\"err\",\"body\":\"auth_error\"}");
  }

  @Test
  void aYesToARegisterThatWasTakenBackIsNoYesToTheNext() {
    says("{'type':'register','address':'room:a'}");
    long first = out.lastTicket();
    says("{'type':'unregister','address':'room:a'}");
    says("{'type':'register','address':'room:a'}");
    session.registrations().authorised("room:a", first, Verdict.ALLOWED);
    assertThat(out.joined()).isEmpty();
    session.registrations().authorised("room:a", out.lastTicket(), Verdict.ALLOWED);
    assertThat(out.joined()).containsExactly("room:a");
  }

  @Test
  void aRegisterIsAcknowledgedWhereThatIsAskedForOnceAllIsDone() {
    says("{'type':'register','address':'here:a','replyAddress':'r1'}");
    session.registrations().authorised("here:a", out.lastTicket(), Verdict.ALLOWED);
    assertThat(out.written()).isEmpty();
    session.registrations().appeared("here:a", Ref.parse("node:7"));
    assertThat(out.written())
        .containsExactly("{\"type\":\"rec\",\"address\":\"r1\",\"body\":{\"phx_ref\":\"node:7\"}}");
  }

  @Test
  void whoComesBackSaysWhatItHad() {
    says(
        "{'type':'register','address':'here:a',"
            + "'headers':{'phx_ref':'node:7'},'replyAddress':'r1'}");
    session.registrations().authorised("here:a", out.lastTicket(), Verdict.ALLOWED);
    assertThat(out.log()).contains("appear here:a returning node:7");
  }

  @Test
  void whatWasMissedComesBeforeTheAcknowledgement() {
    says(
        "{'type':'register','address':'log:a',"
            + "'headers':{'position':'41'},'replyAddress':'r1'}");
    session.registrations().authorised("log:a", out.lastTicket(), Verdict.ALLOWED);
    assertThat(out.log()).contains("join log:a held", "replay log:a after 41");
    assertThat(out.written()).isEmpty();
    session.registrations().replayed("log:a", 43, true);
    assertThat(out.written())
        .containsExactly(
            "{\"type\":\"rec\",\"address\":\"r1\","
                + "\"body\":{\"position\":43,\"complete\":true}}");
  }

  @Test
  void malformedHeadersOfARegisterAreRefused() {
    says("{'type':'register','address':'log:a','headers':{'position':'x'}}");
    says("{'type':'register','address':'log:a','headers':{'position':-1}}");
    says("{'type':'register','address':'log:a','headers':{'phx_ref':'x'}}");
    says("{'type':'register','address':'log:a','headers':[]}");
    assertThat(out.refusals()).hasSize(4).containsOnly(ErrorCode.INVALID_HEADERS);
    assertThat(session.registrations().count()).isZero();
  }

  @Test
  void whatIsDoneIsUndoneInTheEnd() {
    registers("room:a");
    registers("here:b");
    session.end(Departure.CLOSED);
    assertThat(out.joined()).isEmpty();
    assertThat(out.log()).endsWith("depart CLOSED", "close NORMAL");
    says("{'type':'register','address':'room:c'}");
    assertThat(out.log()).endsWith("close NORMAL");
  }

  @Test
  void rightsThatAreTakenBackEndTheRegistration() {
    registers("here:a");
    session.registrations().reauthorise();
    session.registrations().authorised("here:a", out.lastTicket(), Verdict.DENIED);
    assertThat(out.joined()).isEmpty();
    assertThat(out.log()).contains("leave here:a", "vanish here:a");
    JsonObject told = new JsonObject(out.written().get(0));
    assertThat(told.getString("address")).isEqualTo("here:a");
    assertThat(told.getInteger("failureCode")).isEqualTo(403);
  }

  @Test
  void whoWasLetInStaysWhileTheApplicationDoesNotKnow() {
    registers("room:a");
    session.registrations().reauthorise();
    session.registrations().authorised("room:a", out.lastTicket(), Verdict.UNKNOWN);
    assertThat(out.joined()).containsExactly("room:a");
  }

  @Test
  void aServiceMayAskBackOnceAndOnlyWhereItDid() {
    says("{'type':'send','address':'echo','replyAddress':'r1','body':1}");
    out.awaits("bus.1");
    session.answered(new Reply("r1", 2, MultiMap.caseInsensitiveMultiMap()), "bus.1", NOW);
    assertThat(out.written().get(0)).contains("\"replyAddress\":\"bus.1\"");
    says("{'type':'send','address':'bus.1','body':3}");
    says("{'type':'send','address':'bus.1','body':3}");
    says("{'type':'send','address':'bus.2','body':3}");
    assertThat(out.log()).containsOnlyOnce("answer bus.1");
    assertThat(out.refusals()).containsExactly(ErrorCode.ACCESS_DENIED, ErrorCode.ACCESS_DENIED);
  }

  @Test
  void aServiceDoesNotWaitForEverForAnAnswer() {
    says("{'type':'send','address':'echo','replyAddress':'r1','body':1}");
    out.awaits("bus.1");
    session.answered(new Reply("r1", 2, MultiMap.caseInsensitiveMultiMap()), "bus.1", NOW);
    session.tick(NOW + Limits.ANSWER_MILLIS, NOW_SECONDS);
    assertThat(out.log()).contains("forget bus.1");
  }

  @Test
  void sendsThatWaitForAnAnswerAreLimited() {
    for (int i = 0; i <= Limits.MAX_REQUESTS; i++) {
      says("{'type':'send','address':'echo','replyAddress':'r" + i + "'}");
    }
    assertThat(out.refusals()).containsExactly(ErrorCode.MAX_HANDLERS_REACHED);
    session.failed("r0", new ReplyException(ReplyFailure.TIMEOUT, "no"));
    says("{'type':'send','address':'echo','replyAddress':'again'}");
    assertThat(out.refusals()).hasSize(1);
  }

  @Test
  void nobodySendsWhereTheyMayNot() {
    says("{'type':'send','address':'admin'}");
    says("{'type':'publish','address':'echo'}");
    says("{'type':'publish','address':'room:a'}");
    says("{'type':'publish','address':'news'}");
    assertThat(out.refusals()).hasSize(3).containsOnly(ErrorCode.ACCESS_DENIED);
    assertThat(out.log()).contains("publish news").noneMatch(line -> line.startsWith("send"));
  }

  @Test
  void aTokenIsRenewedInPlaceForTheSameUserAlone() {
    says("{'type':'send','address':'rollcall.token','replyAddress':'r1','body':{'token':'t'}}");
    assertThat(out.log()).contains("renew t");
    session.renewed("r1", identity("bob", NOW_SECONDS, NOW_SECONDS + 9_000));
    assertThat(out.refusals()).containsExactly(ErrorCode.INVALID_TOKEN);
    session.renewed("r1", identity("ana", NOW_SECONDS, NOW_SECONDS + 9_000));
    session.tick(NOW, NOW_SECONDS + 5_000);
    assertThat(session.hasEnded()).isFalse();
    session.tick(NOW, NOW_SECONDS + 9_000);
    assertThat(out.log()).endsWith("close TOKEN_EXPIRED");
  }

  @Test
  void oneTokenIsCheckedAtATime() {
    String renewal =
        "{'type':'send','address':'rollcall.token','body':{'token':'t'},'replyAddress':'r1'}";
    says(renewal);
    says(renewal);
    assertThat(out.log()).containsOnlyOnce("renew t");
    assertThat(out.refusals()).containsExactly(ErrorCode.RATE_LIMITED);
    session.renewed("r1", null);
    out.clear();
    says(renewal);
    assertThat(out.log()).contains("renew t");
  }

  @Test
  void whoMayPublishIsAskedOfTheApplication() {
    says("{'type':'publish','address':'odds','body':1}");
    says("{'type':'publish','address':'board','body':1}");
    says("{'type':'publish','address':'news','body':1}");
    assertThat(out.refusals()).containsExactly(ErrorCode.AUTH_ERROR, ErrorCode.ACCESS_DENIED);
    assertThat(out.log()).filteredOn(line -> line.startsWith("publish")).hasSize(1);
  }

  @Test
  void whatCanNotBeFollowedIsAnsweredWhereItAsked() {
    says("{'type':'send','address':'" + "x".repeat(1_000) + "','replyAddress':'r1'}");
    says("{'type':'send','address':'echo','headers':1,'replyAddress':'r2'}");
    says("{'type':'send','address':'echo','replyAddress':1}");
    assertThat(out.refusals())
        .containsExactly(
            ErrorCode.MAX_ADDRESS_LENGTH_REACHED,
            ErrorCode.INVALID_HEADERS,
            ErrorCode.INVALID_REPLY_ADDRESS);
    assertThat(out.written())
        .map(frame -> new JsonObject(frame).getString("address"))
        .containsExactly("r1", "r2", null);
  }

  @Test
  void aTokenThatSaysSomethingElseOfTheUserHasThePoliciesAskedAgain() {
    registers("room:a");
    session.renewed(null, identity("ana", NOW_SECONDS, NOW_SECONDS + 9_000));
    assertThat(out.log()).containsOnlyOnce("authorise room:a");
    out.clear();
    BridgeUser other = new BridgeUser("ana", new JsonObject().put("role", "guest"));
    session.renewed(null, new Identity(other, NOW_SECONDS, NOW_SECONDS + 9_000));
    assertThat(out.log()).containsExactly("authorise room:a");
  }

  @Test
  void whoKnowsTheAdditionsHearsThatItsTokenEndsAndOthersDoNot() {
    session.tick(NOW, NOW_SECONDS + 3_599);
    assertThat(out.written()).isEmpty();
    says("{'type':'unregister','address':'room:a','replyAddress':'r1'}");
    registers("room:a");
    says("{'type':'register','address':'room:b','replyAddress':'r2'}");
    out.clear();
    session.tick(NOW, NOW_SECONDS + 3_599);
    session.tick(NOW, NOW_SECONDS + 3_599);
    assertThat(out.written())
        .containsExactly("{\"event\":\"token_expiring\",\"message\":{\"in_seconds\":1}}");
  }

  @Test
  void aSilentClientIsAskedThenGivenUp() {
    session.tick(NOW + Limits.PING_MILLIS + 1, NOW_SECONDS);
    session.tick(NOW + Limits.PING_MILLIS + 2, NOW_SECONDS);
    assertThat(out.log()).containsExactly("ping");
    session.heard(NOW + Limits.IDLE_MILLIS);
    session.tick(NOW + Limits.IDLE_MILLIS + 1, NOW_SECONDS);
    assertThat(session.hasEnded()).isFalse();
    session.tick(NOW + 2 * Limits.IDLE_MILLIS + 1, NOW_SECONDS);
    assertThat(out.log()).endsWith("depart IDLE", "close IDLE");
  }

  @Test
  void aNodeThatLeavesTellsWhenToGoAndSendsAwayWhoHasNot() {
    says("{'type':'register','address':'room:a','replyAddress':'r1'}");
    session.drain(3_000, NOW);
    assertThat(out.written())
        .containsExactly("{\"event\":\"reconnect\",\"message\":{\"in_millis\":3000}}");
    session.tick(NOW + 2_999, NOW_SECONDS);
    assertThat(session.hasEnded()).isFalse();
    session.tick(NOW + 3_000, NOW_SECONDS);
    assertThat(out.log()).endsWith("depart CUT", "close DRAINING");
  }

  @Test
  void aKickEndsWhatWasIssuedByThen() {
    session.revoke(NOW_SECONDS - 11);
    assertThat(session.hasEnded()).isFalse();
    session.revoke(NOW_SECONDS - 10);
    assertThat(out.log()).endsWith("depart KICKED", "close KICKED");
  }

  @Test
  void aFloodIsRefusedThenEnded() {
    for (int i = 0; i < 300 + 300; i++) {
      says("{'type':'ping'}");
    }
    assertThat(out.refusals()).hasSize(300).containsOnly(ErrorCode.RATE_LIMITED);
    assertThat(session.hasEnded()).isFalse();
    says("{'type':'ping'}");
    assertThat(out.log()).endsWith("depart CUT", "close RATE_LIMITED");
  }

  @Test
  void whatIsTakenByAnotherTabIsTrackedAgain() {
    registers("here:a");
    out.clear();
    session.registrations().taken("here:a");
    session.registrations().taken("here:b");
    assertThat(out.log()).containsExactly("appear here:a returning null");
  }

  @Test
  void rightsThatChangeWhileARegisterIsAskedAboutAreAskedAboutAgain() {
    says("{'type':'register','address':'room:a'}");
    long first = out.lastTicket();
    session.registrations().reauthorise();
    session.registrations().authorised("room:a", first, Verdict.ALLOWED);
    assertThat(out.joined()).isEmpty();
    session.registrations().authorised("room:a", out.lastTicket(), Verdict.DENIED);
    assertThat(out.joined()).isEmpty();
    assertThat(out.refusals()).containsExactly(ErrorCode.ACCESS_DENIED);
  }

  @Test
  void aRegisterThatIsTakenBackBeforeItIsDoneIsAnswered() {
    says("{'type':'register','address':'here:a','replyAddress':'r1'}");
    says("{'type':'unregister','address':'here:a','replyAddress':'r2'}");
    registers("here:b");
    assertThat(out.refusals()).containsExactly(ErrorCode.UNREGISTERED);
    assertThat(out.written().get(0)).contains("\"address\":\"r1\"", "\"failureCode\":409");
    assertThat(out.written().get(1)).contains("\"address\":\"r2\"");
  }

  @Test
  void whoCouldNotBeMadePresentIsToldSo() {
    says("{'type':'register','address':'here:a','replyAddress':'r1'}");
    session.registrations().authorised("here:a", out.lastTicket(), Verdict.ALLOWED);
    session.registrations().appeared("here:a", null);
    assertThat(out.written().get(0)).endsWith("\"body\":{\"present\":false}}");
  }

  @Test
  void whoMissedTooMuchAndWaitsForNoAnswerIsToldAtTheTopic() {
    says("{'type':'register','address':'log:a','headers':{'position':'41'}}");
    session.registrations().authorised("log:a", out.lastTicket(), Verdict.ALLOWED);
    session.registrations().replayed("log:a", 9_000, false);
    assertThat(out.written())
        .containsExactly(
            "{\"type\":\"rec\",\"address\":\"log:a\","
                + "\"body\":{\"event\":\"replay_incomplete\",\"payload\":{\"position\":9000}}}");
  }

  @Test
  void aPolicyThatThrowsHasNotSaidYes() {
    says("{'type':'send','address':'odd','replyAddress':'r1'}");
    assertThat(out.log()).isEmpty();
    assertThat(out.refusals()).containsExactly(ErrorCode.AUTH_ERROR);
  }
}
