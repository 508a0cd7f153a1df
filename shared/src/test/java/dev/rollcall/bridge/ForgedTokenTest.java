package dev.rollcall.bridge;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.node.Node;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nobody comes in, stays, or speaks as another, by a token that is not good. */
@ExtendWith({Targets.class, Bystanders.class})
class ForgedTokenTest {
  private static final int TRIES = 300;
  private static final String ANOTHER = "another-secret-that-is-as-long-as-it-gets";

  @Test
  void aTokenThatIsNotGoodLetsNobodyIn(Target target) throws IOException {
    String good = target.token("ana");
    String[] parts = good.split("\\.", -1);
    String none = part("{\"alg\":\"none\",\"typ\":\"JWT\"}");
    String stronger = part("{\"alg\":\"HS512\",\"typ\":\"JWT\"}");
    String root = part("{\"sub\":\"root\",\"exp\":9999999999}");
    Node node = target.served().node();
    Map<String, TokenRefusal> bad =
        Map.ofEntries(
            entry("nonsense", TokenRefusal.MALFORMED),
            entry("..", TokenRefusal.MALFORMED),
            entry("a.b.c", TokenRefusal.MALFORMED),
            entry(none + "." + parts[1] + ".", TokenRefusal.MALFORMED),
            entry(none + "." + parts[1] + "." + parts[2], TokenRefusal.MALFORMED),
            entry(stronger + "." + parts[1] + "." + parts[2], TokenRefusal.SIGNATURE),
            entry(parts[0] + "." + root + "." + parts[2], TokenRefusal.SIGNATURE),
            entry(parts[0] + "." + parts[1] + ".", TokenRefusal.MALFORMED),
            entry(good + "x", TokenRefusal.SIGNATURE),
            entry(good + "." + parts[2], TokenRefusal.MALFORMED),
            entry("x".repeat(7_000), TokenRefusal.MALFORMED),
            entry("é", TokenRefusal.MISSING),
            entry("", TokenRefusal.MISSING),
            entry(TestNodes.token(node, "ana", ANOTHER, 60), TokenRefusal.SIGNATURE),
            entry(TestNodes.token(node, "ana", -60), TokenRefusal.EXPIRED));
    for (Map.Entry<String, TokenRefusal> each : bad.entrySet()) {
      double before = refused(target, each.getValue());
      assertThat(head(target, each.getKey())).as(each.getKey()).startsWith("HTTP/1.1 401 ");
      assertThat(refused(target, each.getValue())).as("%s", each).isEqualTo(before + 1);
    }
    assertThat(head(target, good)).startsWith("HTTP/1.1 101 ");
  }

  private static double refused(Target target, TokenRefusal reason) {
    return target.sum("rollcall.bridge.tokens.refused", "reason", reason.toString());
  }

  @Test
  void garbageIsRefusedAsFastAsItComes(Target target, Bystander bystander) throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < TRIES; i++) {
      byte[] garbage = new byte[random.nextInt(2_000)];
      random.nextBytes(garbage);
      String token = Base64.getUrlEncoder().encodeToString(garbage) + "." + part("{}") + ".x";
      assertThat(head(target, token)).as("seed %s", seed).startsWith("HTTP/1.1 401 ");
    }
    bystander.assertUndisturbed("garbage tokens");
  }

  @Test
  void whoWasSentAwayAndComesAgainAndAgainIsRefusedEachTime(Target target, Bystander bystander)
      throws IOException {
    String token = target.token("mallory");
    try (RawClient mallory = RawClient.open(target, "mallory").registered("here:a")) {
      TestNodes.await(target.served().node().access().kick("mallory"));
      assertThat(mallory.status()).isEqualTo(CloseCode.KICKED.status());
    }
    for (int i = 0; i < TRIES; i++) {
      assertThat(head(target, token)).startsWith("HTTP/1.1 401 ");
    }
    bystander.assertUndisturbed("one who was sent away");
  }

  @Test
  void noTokenButOnesOwnRenewsAndNoneOutlivesItsTime(Target target) throws IOException {
    String brief = TestNodes.token(target.served().node(), "eve", 2);
    try (RawClient eve = RawClient.connect(target.port())) {
      eve.write(handshake(target, brief));
      assertThat(eve.head()).startsWith("HTTP/1.1 101 ");
      List<String> others =
          List.of(
              target.token("ana"),
              TestNodes.token(target.served().node(), "eve", ANOTHER, 60),
              TestNodes.token(target.served().node(), "eve", -60),
              "nonsense",
              "");
      for (String token : others) {
        JsonObject body = new JsonObject().put("token", token);
        eve.say(
            "{'type':'send','address':'rollcall.token','replyAddress':'r','body':" + body + "}");
        assertThat(eve.untilText("\"r\"")).contains("invalid_token");
      }
      eve.say("{'type':'send','address':'echo','replyAddress':'who','body':1}");
      assertThat(eve.untilText("\"who\"")).contains("[eve]");
      assertThat(eve.status()).isEqualTo(CloseCode.TOKEN_EXPIRED.status());
    }
  }

  private static String part(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Bytes.utf8(json));
  }

  private static String head(Target target, String token) throws IOException {
    try (RawClient client = RawClient.connect(target.port())) {
      return client.write(handshake(target, token)).head();
    }
  }

  private static byte[] handshake(Target target, String token) {
    return RawClient.request(
        "GET /eventbus/websocket",
        Map.of(
            "Host", "127.0.0.1:" + target.port(),
            "Upgrade", "websocket",
            "Connection", "Upgrade",
            "Sec-WebSocket-Version", "13",
            "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
            "Cookie", "rollcall_token=" + token));
  }
}
