package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A page of elsewhere gets nothing with a user's cookie, over whatever transport it asks. */
class ForeignOriginTest {
  private static final List<String> TRANSPORTS =
      List.of(
          "GET /eventbus",
          "GET /eventbus/info",
          "GET /eventbus/websocket",
          "GET /eventbus/000/s/websocket",
          "POST /eventbus/000/s/xhr",
          "POST /eventbus/000/s/xhr_streaming",
          "POST /eventbus/000/s/xhr_send",
          "OPTIONS /eventbus/000/s/xhr",
          "GET /eventbus/000/s/eventsource",
          "GET /eventbus/000/s/htmlfile?c=callback",
          "GET /eventbus/000/s/jsonp?c=callback",
          "POST /eventbus/000/s/jsonp_send",
          "GET /eventbus/iframe.html",
          "GET /eventbus/iframe-1.html",
          "POST /login",
          "POST /logout");

  private static Target target;

  @BeforeAll
  static void start() throws IOException {
    target = Target.start(Map.of("ROLLCALL_ALLOWED_ORIGINS", "https://friend.example"));
  }

  @AfterAll
  static void stop() {
    target.awaitConnections(0);
    target.close();
  }

  static Stream<Arguments> foreign() {
    return Stream.of(
            "https://evil.example",
            "null",
            "https://friend.example.evil.com",
            "https://evilfriend.example",
            "https://friend.example:8443",
            "https://friend.example:443",
            "http://friend.example",
            "https://friend.example/",
            "https://FRIEND.example",
            "https://friend.example@evil.com",
            "https://friend.example, https://evil.com",
            "127.0.0.1:" + 1,
            "http://127.0.0.1",
            "http://127.0.0.1:1",
            "http://user@127.0.0.1",
            "file://",
            "*",
            "%")
        .flatMap(origin -> TRANSPORTS.stream().map(path -> Arguments.of(origin, path)));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void aForeignPageIsRefused(String origin, String line) throws IOException {
    String head = head(line, origin);
    assertThat(head).startsWith("HTTP/1.1 403 ");
    assertThat(head.toLowerCase(Locale.ROOT)).doesNotContain("access-control-allow", "set-cookie");
  }

  @Test
  void theirOwnPagesComeIn() throws IOException {
    for (String origin : List.of("https://friend.example", "http://127.0.0.1:" + target.port())) {
      assertThat(head("GET /eventbus/info", origin)).startsWith("HTTP/1.1 200 ");
      assertThat(head("GET /eventbus/websocket", origin)).startsWith("HTTP/1.1 101 ");
    }
  }

  @Test
  void transportsThatLoadAScriptIntoAFrameAreOff() throws IOException {
    for (String path :
        List.of("000/s/htmlfile?c=callback", "000/s/jsonp?c=callback", "iframe.html")) {
      assertThat(head("GET /eventbus/" + path, "https://friend.example"))
          .startsWith("HTTP/1.1 404 ");
    }
  }

  private static String head(String line, String origin) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", "127.0.0.1:" + target.port());
    headers.put("Origin", origin);
    headers.put("Cookie", "rollcall_token=" + target.token("ana"));
    headers.put("Upgrade", "websocket");
    headers.put("Connection", "Upgrade");
    headers.put("Sec-WebSocket-Version", "13");
    headers.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    headers.put("Content-Length", "0");
    try (RawClient client = RawClient.connect(target.port())) {
      return client.write(RawClient.request(line, headers)).head();
    }
  }
}
