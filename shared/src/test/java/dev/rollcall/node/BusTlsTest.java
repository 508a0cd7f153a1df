package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The event bus behind certificates of one authority, and who has one of another. */
class BusTlsTest {
  @TempDir private static Path folder;
  private static Authority ours;
  private static Authority others;

  @BeforeAll
  static void sign() throws Exception {
    ours = new Authority(folder.resolve("ours"));
    others = new Authority(folder.resolve("others"));
  }

  private static Map<String, String> files(Authority authority) {
    return new HashMap<>(
        Map.of(
            "ROLLCALL_BUS_TLS_CERT_FILE", authority.cert().toString(),
            "ROLLCALL_BUS_TLS_KEY_FILE", authority.key().toString(),
            "ROLLCALL_BUS_TLS_CA_FILE", authority.ca().toString()));
  }

  @Test
  void nodesOfOneAuthorityHearOneAnotherAndNobodyElseIsHeard() throws Exception {
    TestCluster cluster = new TestCluster("bus-tls-test");
    int bus = TestCluster.freePort();
    Map<String, String> variables = files(ours);
    Vertx outside = Vertx.vertx();
    try {
      Node second = await(cluster.start(variables, node -> new VerticleBase() {}));
      variables.put("ROLLCALL_BUS_PORT", Integer.toString(bus));
      Node first = await(cluster.start(variables, node -> new VerticleBase() {}));
      Promise<String> heard = Promise.promise();
      first.pubSub().subscribe("letters", message -> heard.tryComplete(message.event()));
      second.pubSub().broadcast("letters", "sealed", new JsonObject());
      assertThat(await(heard.future())).isEqualTo("sealed");
      assertThat(first.metrics().get("rollcall.bus.tls.expires").timeGauge().value(TimeUnit.DAYS))
          .isBetween(1.0, 2.0);

      assertThat(isTakenIn(outside, bus, new NetClientOptions())).isFalse();
      assertThat(isTakenIn(outside, bus, encrypted(others))).isFalse();
      assertThat(isTakenIn(outside, bus, encrypted(ours))).isTrue();
    } finally {
      cluster.closeAll();
      await(outside.close());
    }
  }

  /** It is on the list, for members of the cluster manager have no TLS; but nobody hears it. */
  @Test
  void aNodeOfAnotherAuthorityIsNeverReady() throws Exception {
    TestCluster cluster = new TestCluster("bus-tls-stranger-test");
    int management = TestCluster.freePort();
    Map<String, String> stranger = files(others);
    stranger.put("ROLLCALL_MANAGEMENT_PORT", Integer.toString(management));
    try {
      await(cluster.start(files(ours), node -> new VerticleBase() {}));
      Node second = await(cluster.start(stranger, node -> new VerticleBase() {}));

      assertThat(second.membership().nodes()).hasSize(2);
      HttpResponse<String> ready =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + management + "/health/ready"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body())
          .contains("{\"id\":\"cluster\",\"status\":\"DOWN\"}")
          .contains("{\"id\":\"node\",\"status\":\"UP\"}");
    } finally {
      cluster.closeAll();
    }
  }

  private static NetClientOptions encrypted(Authority authority) {
    return new NetClientOptions()
        .setSsl(true)
        .setTrustAll(true)
        .setHostnameVerificationAlgorithm("")
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(authority.cert().toString())
                .addKeyPath(authority.key().toString()));
  }

  /** A connection on which a frame can be begun stays open; others are closed, or never made. */
  private static boolean isTakenIn(Vertx vertx, int port, NetClientOptions options) {
    Promise<Boolean> open = Promise.promise();
    NetClient client = vertx.createNetClient(options);
    client
        .connect(port, "127.0.0.1")
        .onFailure(refused -> open.tryComplete(false))
        .onSuccess(
            socket -> {
              socket.closeHandler(closed -> open.tryComplete(false));
              socket.write(Buffer.buffer().appendInt(100).appendInt(0));
            });
    vertx.setTimer(2_000, passed -> open.tryComplete(true));
    boolean is = await(open.future());
    // Held until now: one that nobody holds is closed when memory is cleaned up.
    await(client.close());
    return is;
  }

  @Test
  void aFileThatIsMissingOrNoneOrOldIsSaidAtTheStart() throws IOException {
    Map<String, String> variables = files(ours);
    variables.remove("ROLLCALL_BUS_TLS_KEY_FILE");
    assertRefused(variables, "ROLLCALL_BUS_TLS_KEY_FILE is not set");
    variables = files(ours);
    variables.put("ROLLCALL_BUS_TLS_CA_FILE", folder.resolve("none.pem").toString());
    assertRefused(variables, "ROLLCALL_BUS_TLS_CA_FILE can't be read");
    Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");
    variables.put("ROLLCALL_BUS_TLS_CA_FILE", text.toString());
    assertRefused(variables, "ROLLCALL_BUS_TLS_CA_FILE is no valid certificate");
    variables = files(ours);
    variables.put("ROLLCALL_BUS_TLS_CERT_FILE", others.expired().toString());
    assertRefused(variables, "ROLLCALL_BUS_TLS_CERT_FILE is no valid certificate");
  }

  /** Each would start, and be refused by all others without a word. */
  @Test
  void whatOtherNodesWouldRefuseIsSaidAtTheStart() throws IOException {
    Map<String, String> variables = files(ours);
    variables.put("ROLLCALL_BUS_TLS_KEY_FILE", others.key().toString());
    assertRefused(variables, "ROLLCALL_BUS_TLS_KEY_FILE is not the key of");
    variables = files(ours);
    variables.put("ROLLCALL_BUS_TLS_CA_FILE", others.ca().toString());
    assertRefused(
        variables, "ROLLCALL_BUS_TLS_CERT_FILE is refused by ROLLCALL_BUS_TLS_CA_FILE: PKIX path");
    variables = files(ours);
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    variables.put("ROLLCALL_BUS_TLS_KEY_FILE", empty.toString());
    assertRefused(variables, "ROLLCALL_BUS_TLS_KEY_FILE and ROLLCALL_BUS_TLS_CERT_FILE can't be");
  }

  /** While an authority changes both are trusted, in either order, and one of them may be over. */
  @Test
  void oneOfSeveralAuthoritiesIsEnough() throws IOException {
    String authority = Files.readString(ours.ca());
    String over = Files.readString(others.expired());
    for (String bundle : List.of(over + authority, authority + over)) {
      Map<String, String> variables = files(ours);
      Path file = Files.writeString(folder.resolve("bundle.pem"), bundle);
      variables.put("ROLLCALL_BUS_TLS_CA_FILE", file.toString());
      Environment environment = new Environment(variables);
      assertThat(BusTls.from(environment).orElseThrow().expires()).isAfter(Instant.now());
      assertThatCode(environment::check).doesNotThrowAnyException();
    }
  }

  @Test
  void withoutFilesThereIsNoTls() {
    assertThat(BusTls.from(new Environment(Map.of()))).isEmpty();
  }

  private static void assertRefused(Map<String, String> variables, String problem) {
    Environment environment = new Environment(variables);
    assertThat(BusTls.from(environment)).isPresent();
    assertThatThrownBy(environment::check).hasMessageContaining(problem);
  }
}
