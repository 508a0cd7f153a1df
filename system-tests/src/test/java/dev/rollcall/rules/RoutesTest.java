package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Browsers find the services that they are to find, and what they need on the way. */
class RoutesTest {
  private static final Set<String> LITERALS = Set.copyOf(Checkout.literals());

  /** Longer than the longest time that a client who only listens may hear nothing. */
  private static final long SILENCE_SECONDS = 3_600;

  private static final Form FORM = Form.PRODUCTION;

  @Test
  void eachServiceWithABridgeHasAHostAndNoOtherHas() throws IOException {
    Set<String> services =
        routes().all().stream().map(Routes.Route::service).collect(Collectors.toSet());
    assertThat(services).isEqualTo(Checkout.servicesWith("Bridge.on("));
    assertThat(routes().hosts()).hasSameSizeAs(services);
  }

  @Test
  void everyRouteLeadsToAServiceAndIsEncrypted() throws IOException {
    assertThat(routes().broken()).isEmpty();
    assertThat(
            with("port:\n                  name: http", "port:\n                  name: htp")
                .broken())
        .hasSize(6);
    assertThat(
            with(
                    "service:\n                name: chat-service",
                    "service:\n                name: chat")
                .broken())
        .hasSize(3);
    assertThat(with("        - chat.example.org", "        - chat.example.com").broken())
        .hasSize(3);
  }

  @Test
  void everyPathIsServedByTheCode() throws IOException {
    assertThat(routes().unknown(LITERALS)).isEmpty();
    assertThat(with("path: /eventbus/websocket", "path: /eventbus/web-socket").unknown(LITERALS))
        .containsExactly("/eventbus/web-socket");
    assertThat(with("path: /eventbus\n", "path: /event-bus\n").unknown(LITERALS))
        .containsExactly("/event-bus");
  }

  @Test
  void aSilentSocketIsLeftOpen() throws IOException {
    assertThat(routes().impatient(SILENCE_SECONDS)).isEmpty();
    assertThat(
            with("proxy-read-timeout: \"3600\"", "proxy-read-timeout: \"60\"")
                .impatient(SILENCE_SECONDS))
        .hasSize(6);
    assertThat(with("proxy-send-timeout", "proxy-sent-timeout").impatient(SILENCE_SECONDS))
        .hasSize(6);
  }

  @Test
  void aSessionOfSockJsStaysWithOnePodAndARawWebSocketGoesWhereThereIsRoom() throws IOException {
    assertThat(affinities(routes())).containsOnly("cookie//");
    assertThat(affinities(with("pathType: Exact", "pathType: Prefix"))).containsOnly("cookie//");
    assertThat(affinities(with("path: /eventbus/websocket", "path: /eventbus/web")))
        .containsOnly("cookie/cookie/");
    assertThat(affinities(with("affinity: cookie", "afinity: cookie"))).containsOnly("//");
  }

  /** Of a fallback's request, of the raw WebSocket and of a page, at each host. */
  private static List<String> affinities(Routes routes) {
    return routes
        .hosts()
        .map(
            host ->
                List.of("/eventbus/123/abcdefgh/xhr_send", "/eventbus/websocket", "/index.html")
                    .stream()
                    .map(path -> routes.to(host, path).orElseThrow().said("affinity"))
                    .collect(Collectors.joining("/")))
        .toList();
  }

  private static Routes routes() throws IOException {
    return Routes.of(FORM.manifests());
  }

  private static Routes with(String right, String wrong) throws IOException {
    return Routes.of(FORM.with(right, wrong));
  }
}
