package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.rules.Alerts;
import dev.rollcall.rules.Catalogue;
import dev.rollcall.rules.Dashboard;
import dev.rollcall.rules.PromQl;
import dev.rollcall.rules.PromQl.Selector;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What running services show is what docs/METRICS.md says, and what dashboard and alerts need. */
@ExtendWith(RunningSystem.class)
class MetricsIT {
  /** The most that any has: one for each partition of presence. */
  private static final int MOST_SERIES = 64;

  private final Catalogue catalogue = Catalogue.read();
  private final Map<Kind, Metrics> shown = new EnumMap<>(Kind.class);

  @BeforeEach
  void scrape(Deployment system) throws Exception {
    for (Kind kind : Kind.values()) {
      shown.put(kind, Metrics.of(system.layout().instances(kind).get(0)));
    }
  }

  @Test
  void everyServiceShowsWhatTheDocumentSaysAndNothingElse() {
    shown.forEach(
        (kind, metrics) ->
            assertThat(metrics.types("rollcall_"))
                .as(kind.title())
                .isEqualTo(catalogue.ownOf(kind.module())));
  }

  @Test
  void whatIsReliedOnOfOthersIsThere() {
    for (Catalogue.Metric metric : catalogue.metrics().values()) {
      for (String series : metric.series()) {
        assertThat(all().series(series)).as(series).isNotEmpty();
      }
    }
  }

  @Test
  void everyLabelIsDocumentedAndOfFewValues() {
    for (Catalogue.Metric metric : catalogue.metrics().values()) {
      Set<String> labels = new TreeSet<>(metric.labels());
      labels.add("service");
      for (String series : metric.series()) {
        for (Metrics one : shown.values()) {
          List<Map<String, String>> found = one.series(series);
          assertThat(found).as(series).hasSizeLessThanOrEqualTo(MOST_SERIES);
          assertThat(found).allSatisfy(each -> assertThat(each.keySet()).isEqualTo(labels));
        }
      }
    }
  }

  @Test
  void everyQueryFindsSeries() throws IOException {
    assertThat(findsNothing(Stream.concat(Alerts.queries().stream(), Dashboard.queries().stream())))
        .isEmpty();
    assertThat(findsNothing(Stream.of("rollcall_bridge_closed_total{reason=\"too_slow\"}")))
        .hasSize(1);
  }

  @Test
  void whoCallsCantMakeSeriesOfItsOwn(Deployment system) throws Exception {
    Instance chat = system.layout().instances(Kind.CHAT).get(0);
    int before = Metrics.of(chat).lines();
    for (int i = 0; i < 50; i++) {
      call("INVENTED" + i, chat.http().resolve("/invented/" + i));
    }
    // One route, and one code, that may not have been asked for before.
    assertThat(Metrics.of(chat).lines()).isLessThan(before + 20);
  }

  private static void call(String method, URI uri) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build();
    HttpClient.newHttpClient().send(request, BodyHandlers.discarding());
  }

  /** Returns the selectors whose fixed labels no series has. */
  private List<Selector> findsNothing(Stream<String> queries) {
    return queries
        .flatMap(query -> PromQl.of(query).selectors().stream())
        .filter(selector -> !selector.metric().equals(Catalogue.UP.name()))
        .filter(selector -> all().series(selector.metric()).stream().noneMatch(has(selector)))
        .toList();
  }

  private static Predicate<Map<String, String>> has(Selector selector) {
    return labels ->
        selector.equal().entrySet().stream()
            .filter(label -> !label.getValue().isEmpty())
            .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
  }

  private Metrics all() {
    List<String> texts = new ArrayList<>();
    shown.values().forEach(metrics -> texts.add(metrics.text()));
    return new Metrics(texts.stream().collect(Collectors.joining()));
  }
}
