package dev.rollcall.system;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an instance tells of itself, as Prometheus reads it. */
record Metrics(String text) {
  /** A client that would begin with HTTP/2 loses an answer now and then. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  static Metrics of(Instance instance) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(instance.ready().resolve("/metrics")).build();
    return new Metrics(HTTP.send(request, BodyHandlers.ofString()).body());
  }

  /**
   * @throws IllegalStateException where there is none of that name
   */
  double number(String name) {
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(name) + "(\\{.*})? (\\S+)$").matcher(text);
    if (!line.find()) {
      throw new IllegalStateException("no metric " + name);
    }
    return Double.parseDouble(line.group(2));
  }
}
