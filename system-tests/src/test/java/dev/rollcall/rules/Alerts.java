package dev.rollcall.rules;

import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules by which Prometheus wakes somebody. A check answers with problems. */
public record Alerts(List<Rule> rules) {
  private static final String MANUAL = "docs/OPERATIONS.md#";
  private static final Pattern LABEL = Pattern.compile("\\$labels\\.(\\w+)");

  /** A document that monitors a Service, up to the next one. */
  private static final Pattern MONITOR =
      Pattern.compile("(?ms)^kind: ServiceMonitor$.*?(?=^---$|\\z)");

  static Alerts parse(String yaml) throws IOException {
    return new Alerts(
        KubernetesReader.read(yaml).stream()
            .map(PrometheusRule.class::cast)
            .flatMap(rule -> rule.getSpec().getGroups().stream())
            .flatMap(group -> group.getRules().stream())
            .toList());
  }

  /** Returns the queries of all alerts, for one who knows what there is. */
  public static List<String> queries() throws IOException {
    String yaml = Checkout.text(Checkout.file("k8s/components/monitoring/alerts.yaml"));
    return parse(yaml).rules().stream().map(Alerts::query).toList();
  }

  List<String> names() {
    return rules.stream().map(Rule::getAlert).toList();
  }

  List<String> problems(Catalogue catalogue) {
    return rules.stream()
        .flatMap(
            rule ->
                catalogue.problems(query(rule)).stream()
                    .map(problem -> rule.getAlert() + ": " + problem))
        .toList();
  }

  /** What a text would leave empty, since the answer to the query has no such label. */
  List<String> texts(Catalogue catalogue) {
    return rules.stream().flatMap(rule -> texts(rule, catalogue)).toList();
  }

  private static Stream<String> texts(Rule rule, Catalogue catalogue) {
    Set<String> labels = new TreeSet<>(catalogue.labels(query(rule)));
    return rule.getAnnotations().values().stream()
        .flatMap(text -> LABEL.matcher(text).results())
        .map(label -> label.group(1))
        .filter(label -> !labels.contains(label))
        .map(label -> rule.getAlert() + " has no label " + label);
  }

  List<String> lacks() {
    return rules.stream().flatMap(Alerts::lacks).toList();
  }

  private static Stream<String> lacks(Rule rule) {
    String name = rule.getAlert();
    Stream.Builder<String> lacks = Stream.builder();
    if (!Set.of("critical", "warning").contains(rule.getLabels().get("severity"))) {
      lacks.add(name + ": neither critical nor warning");
    }
    Set<String> texts = rule.getAnnotations().keySet();
    if (!texts.equals(Set.of("summary", "description", "runbook"))) {
      lacks.add(name + " says " + texts);
    }
    String runbook = rule.getAnnotations().getOrDefault("runbook", "");
    if (!runbook.equals(MANUAL + name.toLowerCase(Locale.ROOT))) {
      lacks.add(name + ": " + runbook + " is not its place");
    }
    return lacks.build();
  }

  /** Returns the names that are no heading of the manual. */
  static List<String> withoutPlace(List<String> names, String manual) {
    return names.stream()
        .filter(name -> !Pattern.compile("(?m)^#+ " + name + "$").matcher(manual).find())
        .toList();
  }

  /** Returns the monitors that would put the name of a Kubernetes Service in place of ours. */
  static List<String> overwriting(String yaml) {
    return MONITOR
        .matcher(yaml)
        .results()
        .map(monitor -> monitor.group())
        .filter(monitor -> !monitor.contains("honorLabels: true"))
        .toList();
  }

  private static String query(Rule rule) {
    return rule.getExpr().getStrVal();
  }
}
