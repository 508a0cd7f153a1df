package dev.rollcall.rules;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dashboard for Grafana. A check answers with problems. */
public record Dashboard(JsonNode json) {
  private static final String SOURCE = "${datasource}";
  private static final int COLUMNS = 24;

  private static final Pattern LABEL_VALUES =
      Pattern.compile("label_values\\((?<metric>[\\w:]+), (?<label>\\w+)\\)");

  private static final Pattern SHOWN_LABEL = Pattern.compile("\\{\\{(\\w+)}}");

  static Dashboard parse(String json) throws IOException {
    JsonMapper mapper =
        JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();
    return new Dashboard(mapper.readTree(json));
  }

  /** Returns all its queries, for one who knows what there is. */
  public static List<String> queries() throws IOException {
    String text = Checkout.text(Checkout.file("k8s/components/monitoring/dashboard.json"));
    return parse(text).targets().stream().map(target -> target.path("expr").asText()).toList();
  }

  List<JsonNode> panels() {
    return list(json.path("panels"));
  }

  private List<JsonNode> targets() {
    return panels().stream().flatMap(panel -> list(panel.path("targets")).stream()).toList();
  }

  /** What a panel or a variable asks for, or names its lines after, that no node has. */
  List<String> problems(Catalogue catalogue) {
    List<String> problems = new ArrayList<>();
    for (JsonNode panel : panels()) {
      String title = panel.path("title").asText();
      for (JsonNode target : list(panel.path("targets"))) {
        String query = target.path("expr").asText();
        catalogue.problems(query).forEach(problem -> problems.add(title + ": " + problem));
        SHOWN_LABEL
            .matcher(target.path("legendFormat").asText())
            .results()
            .map(label -> label.group(1))
            .filter(label -> !catalogue.labels(query).contains(label))
            .forEach(label -> problems.add(title + ": no line has a label " + label));
      }
    }
    variables().forEach(variable -> problems.addAll(problems(variable, catalogue)));
    return problems;
  }

  private static List<String> problems(JsonNode variable, Catalogue catalogue) {
    Matcher query = LABEL_VALUES.matcher(variable.path("query").path("query").asText());
    if (!variable.path("type").asText().equals("query")) {
      return List.of();
    }
    if (!query.matches()) {
      return List.of("variable " + variable.path("name").asText() + " asks for no label");
    }
    return catalogue.problems(query.group("metric") + "{" + query.group("label") + "=\"\"}");
  }

  private List<JsonNode> variables() {
    return list(json.path("templating").path("list"));
  }

  /** What would keep it from being shown wherever it is provisioned. */
  List<String> form() {
    List<String> problems = new ArrayList<>();
    if (json.has("id") || json.has("__inputs") || json.path("uid").asText().isEmpty()) {
      problems.add("it is an export, not what is provisioned");
    }
    if (panels().stream().map(panel -> panel.path("id").asInt()).distinct().count()
        != panels().size()) {
      problems.add("two panels have one id");
    }
    for (JsonNode panel : panels()) {
      JsonNode place = panel.path("gridPos");
      if (place.path("x").asInt() + place.path("w").asInt() > COLUMNS) {
        problems.add(panel.path("title").asText() + " is wider than the page");
      }
    }
    json.findValues("datasource").stream()
        .map(source -> source.path("uid").asText())
        .filter(uid -> !uid.equals(SOURCE))
        .forEach(uid -> problems.add("a data source is fixed: " + uid));
    return problems;
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list;
  }
}
