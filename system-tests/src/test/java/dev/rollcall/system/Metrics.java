package dev.rollcall.system;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an instance tells of itself, as Prometheus reads it. */
record Metrics(String text) {
  /** A client that would begin with HTTP/2 loses an answer now and then. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:\\\\.|[^\"])*)\"");

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

  /**
   * Returns the metrics whose names begin so, with their types; the largest goes with its summary.
   */
  Map<String, String> types(String prefix) {
    Map<String, String> types = new TreeMap<>();
    TYPE.matcher(text)
        .results()
        .filter(type -> type.group(1).startsWith(prefix))
        .forEach(type -> types.put(type.group(1), type.group(2)));
    types.keySet().removeIf(name -> name.endsWith("_max") && isSummary(types, name));
    return types;
  }

  private static boolean isSummary(Map<String, String> types, String largest) {
    return "summary".equals(types.get(largest.substring(0, largest.length() - "_max".length())));
  }

  /** Returns the labels of each series of that name. */
  List<Map<String, String>> series(String name) {
    return Pattern.compile("(?m)^" + Pattern.quote(name) + "(?:\\{(.*)})? \\S+$")
        .matcher(text)
        .results()
        .map(series -> labels(series.group(1) == null ? "" : series.group(1)))
        .toList();
  }

  private static Map<String, String> labels(String text) {
    return LABEL
        .matcher(text)
        .results()
        .collect(Collectors.toMap(label -> label.group(1), label -> label.group(2)));
  }

  int lines() {
    return (int) text.lines().count();
  }
}
