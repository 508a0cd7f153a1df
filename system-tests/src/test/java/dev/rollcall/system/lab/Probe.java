package dev.rollcall.system.lab;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** What the management ports say: asked every second, and what each said last. */
final class Probe {
  private static final long EVERY_MILLIS = 1_000;
  private static final long TIMEOUT_MILLIS = 1_000;

  private final Vertx vertx;
  private final HttpClient client;
  private final Pods pods;
  private final Map<Pod, String> metrics = new ConcurrentHashMap<>();

  Probe(Vertx vertx, Pods pods) {
    this.vertx = vertx;
    this.client = vertx.createHttpClient();
    this.pods = pods;
  }

  void begin() {
    vertx.setPeriodic(0, EVERY_MILLIS, timer -> pods.all().forEach(this::ask));
  }

  private void ask(Pod pod) {
    get(pod, "/health/ready")
        .compose(answer -> answer.end().map(answer.statusCode() == 200))
        .otherwise(false)
        .onSuccess(pod::probed);
    get(pod, "/health/live")
        .compose(answer -> answer.body().map(body -> problems(answer, body)))
        .otherwise("")
        .onSuccess(pod::ails);
    get(pod, "/metrics")
        .compose(answer -> answer.body().map(body -> body.toString()))
        .onSuccess(text -> metrics.put(pod, text))
        .onFailure(silent -> metrics.remove(pod));
  }

  /** Who does not answer is frozen or cut off, which is for the row to end. */
  private static String problems(HttpClientResponse answer, Buffer body) {
    return answer.statusCode() == 200 ? "" : body.toString();
  }

  private Future<HttpClientResponse> get(Pod pod, String path) {
    RequestOptions options =
        new RequestOptions()
            .setHost(pod.address())
            .setPort(Pod.MANAGEMENT_PORT)
            .setMethod(HttpMethod.GET)
            .setURI(path)
            .setConnectTimeout(TIMEOUT_MILLIS)
            .setIdleTimeout(TIMEOUT_MILLIS);
    return client.request(options).compose(request -> request.send());
  }

  /** Returns the sum of a metric's values, as of a second ago; not a number where it is silent. */
  double number(Pod pod, String name) {
    return number(pod, name, "");
  }

  /** As above, of those values with such a label. */
  double number(Pod pod, String name, String label) {
    String text = metrics.get(pod);
    if (text == null) {
      return Double.NaN;
    }
    return Pattern.compile("(?m)^" + Pattern.quote(name) + "(\\{.*})? (\\S+)$")
        .matcher(text)
        .results()
        .filter(line -> label.isEmpty() || line.group(1).contains(label))
        .mapToDouble(line -> Double.parseDouble(line.group(2)))
        .sum();
  }
}
