package dev.rollcall.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which methods each path has, and what becomes of the others. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrdersApiMethodsTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final Map<String, String> ALLOWED =
      Map.of(
          "/", "GET, HEAD, OPTIONS",
          "/openapi.yaml", "GET, HEAD, OPTIONS",
          "/orders", "GET, HEAD, POST, OPTIONS",
          "/orders/1", "GET, HEAD, OPTIONS",
          "/orders/1/status", "PUT, OPTIONS",
          "/stats", "GET, HEAD, OPTIONS");

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "X");

  @RegisterExtension final TestApi api = new TestApi(SERVER);

  static Stream<Arguments> others() {
    return ALLOWED.entrySet().stream()
        .flatMap(
            path ->
                METHODS.stream()
                    .filter(method -> !List.of(path.getValue().split(", ")).contains(method))
                    .map(method -> Arguments.of(method, path.getKey(), path.getValue())));
  }

  @ParameterizedTest
  @MethodSource("others")
  void anotherMethodIsRefusedWithThoseThatAreFine(String method, String path, String allowed)
      throws Exception {
    Answer refused = api.send(Call.of(HttpMethod.valueOf(method), path));

    assertThat(refused.header("Allow")).isEqualTo(allowed);
    if (method.equals("HEAD")) {
      refused.assertStatus(405);
    } else {
      refused.assertProblem(405);
    }
  }

  static Stream<Arguments> allowed() {
    return ALLOWED.entrySet().stream().map(path -> Arguments.of(path.getKey(), path.getValue()));
  }

  @ParameterizedTest
  @MethodSource("allowed")
  void optionsTellsWhichMethodsAreFine(String path, String allowed) throws Exception {
    Answer options = api.send(Call.of(HttpMethod.OPTIONS, path)).assertStatus(204);

    assertThat(options.header("Allow")).isEqualTo(allowed);
    assertThat(options.body().length()).isZero();
    // Nobody's page may call this from elsewhere.
    assertThat(options.headers().names())
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/openapi.yaml",
        "/orders",
        "/orders?limit=1&before=2",
        "/orders?limit=0",
        "/orders?limit=%zz",
        "/orders/1",
        "/orders/7",
        "/orders/x",
        "/stats",
        "/nothing"
      })
  void headIsAnsweredAsGetWithoutTheBody(String path) throws Exception {
    api.post(Samples.order());
    SERVER.settle();
    Answer get = api.get(path);
    Answer head = api.send(Call.of(HttpMethod.HEAD, path)).assertStatus(get.status());

    assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
    assertThat(head.body().length()).isZero();
  }

  @Test
  void anotherMethodInAHeaderIsNotFollowed() throws Exception {
    api.post(Samples.order());
    api.send(Call.get("/orders/1").with("X-HTTP-Method-Override", "DELETE")).assertStatus(200);
    api.send(Call.get("/orders/1").with("X-HTTP-Method-Override", "PUT")).assertStatus(200);
  }
}
