package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vert.x's official client, as it is published, and a plain WebSocket, in Node. */
@NeedsNpm
class NodeClientsIT {
  private static final String NAME = "Ana";
  private static final int SECONDS = 30;

  private static ClientsService.Running service;
  private static String token;

  static List<String> scenarios() throws IOException {
    return JsClients.scenarios();
  }

  @BeforeAll
  static void start() throws Exception {
    service = ClientsService.start(JsClients.FOLDER);
    token = signIn(service.address());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void theClientsWorkUnchanged(String scenario) throws Exception {
    Ended node = run(scenario, token);
    assertThat(node.exitCode()).as(node.output()).isZero();
  }

  @Test
  void withoutAGoodTokenTheClientSaysThatItCannotConnect() throws Exception {
    Ended node = run("aSendIsAnswered", "nonsense");
    assertThat(node.exitCode()).as(node.output()).isNotZero();
    assertThat(node.output()).contains("closed: 1002 Cannot connect to server");
  }

  private record Ended(int exitCode, String output) {}

  private static Ended run(String scenario, String token) throws Exception {
    Path output = Files.createTempFile(JsClients.FOLDER, scenario, ".txt");
    ProcessBuilder command =
        new ProcessBuilder("node", "in-node.js", scenario)
            .directory(JsClients.FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    command.environment().put("SERVER", service.address().toString());
    command.environment().put("TOKEN", token);
    command.environment().put("NAME", NAME);
    Process node = command.start();
    boolean ended = node.waitFor(SECONDS, TimeUnit.SECONDS);
    node.destroyForcibly();
    String said = Files.readString(output);
    assertThat(ended).as("ended within %s s; it said: %s", SECONDS, said).isTrue();
    return new Ended(node.exitValue(), said);
  }

  /** What a browser has in a cookie, a program shows itself. */
  private static String signIn(URI address) throws IOException, InterruptedException {
    CookieManager cookies = new CookieManager();
    HttpRequest login =
        HttpRequest.newBuilder(address.resolve("/login"))
            .POST(BodyPublishers.ofString("{\"name\":\"" + NAME + "\"}"))
            .build();
    HttpClient http = HttpClient.newBuilder().cookieHandler(cookies).build();
    assertThat(http.send(login, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    return cookies.getCookieStore().getCookies().stream()
        .filter(cookie -> cookie.getName().equals("rollcall_token"))
        .map(HttpCookie::getValue)
        .findFirst()
        .orElseThrow();
  }
}
