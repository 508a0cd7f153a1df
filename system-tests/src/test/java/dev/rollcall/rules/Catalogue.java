package dev.rollcall.rules;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metrics that {@code docs/METRICS.md} names, by their names in Prometheus.
 *
 * @param metrics those of Rollcall's own, and those of Vert.x and the JVM that are relied on
 */
public record Catalogue(Map<String, Metric> metrics) {
  /** What every series has: one label of our own, and those of where it was scraped. */
  public static final Set<String> EVERYWHERE =
      Set.of("service", "namespace", "pod", "instance", "job");

  /**
   * One metric.
   *
   * @param services the modules that have it
   */
  public record Metric(String name, String type, Set<String> labels, Set<String> services) {
    /** Returns the series that make it up: a summary is told as three. */
    public Set<String> series() {
      return type.equals("summary")
          ? Set.of(name + "_count", name + "_sum", name + "_max")
          : Set.of(name);
    }
  }

  /** What Prometheus says itself of who it asks. */
  public static final Metric UP = new Metric("up", "gauge", Set.of(), Set.of());

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private static final List<String> BRIDGES = List.of("chat-service", "dashboard-service");
  private static final List<String> STORES = List.of("chat-service", "orders-service");

  public static Catalogue read() {
    return parse(Checkout.text(Checkout.file("docs/METRICS.md")));
  }

  static Catalogue parse(String document) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    document
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(Catalogue::metric)
        .forEach(
            metric -> {
              if (metrics.put(metric.name(), metric) != null) {
                throw new IllegalArgumentException(metric.name() + " is named twice");
              }
            });
    return new Catalogue(metrics);
  }

  /** {@code | `name` | type | `label`, … | service, … | meaning |}. */
  private static Metric metric(String row) {
    String[] cells = row.split("\\|", -1);
    if (cells.length != 7) {
      throw new IllegalArgumentException("not a row of five cells: " + row);
    }
    return new Metric(
        codes(cells[1]).iterator().next(),
        cells[2].strip(),
        codes(cells[3]),
        Arrays.stream(cells[4].split(",", -1))
            .map(String::strip)
            .flatMap(Catalogue::services)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static Stream<String> services(String words) {
    return switch (words) {
      case "all" -> Checkout.SERVICES.stream();
      case "bridges" -> BRIDGES.stream();
      case "stores" -> STORES.stream();
      default -> Stream.of(words + "-service");
    };
  }

  private static Set<String> codes(String cell) {
    return CODE.matcher(cell)
        .results()
        .map((MatchResult code) -> code.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns Rollcall's own metrics of a service, with their types. */
  public Map<String, String> ownOf(String service) {
    Map<String, String> own = new TreeMap<>();
    metrics.values().stream()
        .filter(metric -> metric.services().contains(service))
        .filter(metric -> metric.name().startsWith("rollcall_"))
        .forEach(metric -> own.put(metric.name(), metric.type()));
    return own;
  }

  /** Returns what a query asks for that no node has. */
  List<String> problems(String query) {
    PromQl asked = PromQl.of(query);
    Set<String> known = new TreeSet<>(EVERYWHERE);
    Stream.Builder<String> problems = Stream.builder();
    for (PromQl.Selector selector : asked.selectors()) {
      Set<String> labels = new TreeSet<>(EVERYWHERE);
      bySeries(selector.metric())
          .ifPresentOrElse(
              metric -> labels.addAll(metric.labels()),
              () -> problems.add("no metric " + selector.metric()));
      selector.equal().keySet().stream()
          .filter(label -> !labels.contains(label))
          .forEach(label -> problems.add(selector.metric() + " has no label " + label));
      known.addAll(labels);
    }
    asked.grouping().stream()
        .filter(label -> !known.contains(label))
        .forEach(label -> problems.add("nothing has a label " + label));
    return problems.build().toList();
  }

  /** Returns the labels that the answer to a query may have. */
  Set<String> labels(String query) {
    PromQl asked = PromQl.of(query);
    if (!asked.grouping().isEmpty()) {
      return asked.grouping();
    }
    Set<String> labels = new TreeSet<>(EVERYWHERE);
    asked
        .selectors()
        .forEach(
            selector ->
                bySeries(selector.metric()).ifPresent(metric -> labels.addAll(metric.labels())));
    return labels;
  }

  private Optional<Metric> bySeries(String series) {
    return Stream.concat(metrics.values().stream(), Stream.of(UP))
        .filter(each -> each.series().contains(series))
        .findFirst();
  }
}
