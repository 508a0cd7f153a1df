package dev.rollcall.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a query of Prometheus asks for: which metrics, by which labels. Reads as much of the
 * language as that takes, and refuses what it does not know, so that nothing goes unseen.
 *
 * @param selectors the metrics, each with the labels that it must have
 * @param grouping the labels by which the answer is grouped or joined, and those that it is given
 */
public record PromQl(List<Selector> selectors, Set<String> grouping) {
  /**
   * One metric that is asked for.
   *
   * @param equal labels and the values that they must equal; the labels of other conditions are
   *     among them with an empty value
   */
  public record Selector(String metric, Map<String, String> equal) {}

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<text>\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*')"
              + "|(?<duration>(?:\\d+(?:ms|[smhdwy]))+(?![\\w.])|\\$\\w+)"
              + "|(?<number>\\d[\\w.]*)"
              + "|(?<word>[a-zA-Z_][\\w:]*)"
              + "|(?<sign>=~|!~|==|!=|<=|>=|[-+*/%^<>=(){}\\[\\],:]))");

  private static final Set<String> LABELLING =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

  private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

  private static final Set<String> FUNCTIONS =
      Set.of(
          ("sum min max avg count topk bottomk stddev quantile absent absent_over_time changes"
                  + " increase rate irate delta deriv resets clamp_min clamp_max vector time scalar"
                  + " histogram_quantile avg_over_time max_over_time min_over_time sum_over_time"
                  + " count_over_time last_over_time label_replace")
              .split(" "));

  /** Reads queries one token after another. */
  private static final class Reader {
    private final List<String> tokens;
    private final List<Selector> selectors = new ArrayList<>();
    private final Set<String> grouping = new TreeSet<>();
    private int at;

    /** How many {@code label_replace} have not named the label yet that they give. */
    private int giving;

    Reader(List<String> tokens) {
      this.tokens = tokens;
    }

    PromQl read() {
      while (at < tokens.size()) {
        String token = tokens.get(at++);
        if (token.equals("{")) {
          throw new IllegalArgumentException("a metric is asked for by its name: " + tokens);
        } else if (isWord(token)) {
          word(token);
        } else if (giving > 0 && token.startsWith("\"")) {
          grouping.add(unquoted(token));
          giving--;
        }
      }
      return new PromQl(List.copyOf(selectors), Set.copyOf(grouping));
    }

    private void word(String word) {
      if (LABELLING.contains(word)) {
        if (isNext("(")) {
          labels();
        }
      } else if (isNext("(") || FUNCTIONS.contains(word)) {
        if (!FUNCTIONS.contains(word)) {
          throw new IllegalArgumentException("unknown function: " + word);
        }
        giving += word.equals("label_replace") ? 1 : 0;
      } else if (!OPERATORS.contains(word)) {
        selectors.add(new Selector(word, isNext("{") ? matchers() : Map.of()));
      }
    }

    private void labels() {
      at++;
      while (!isNext(")")) {
        String token = tokens.get(at++);
        if (isWord(token)) {
          grouping.add(token);
        }
      }
      at++;
    }

    private Map<String, String> matchers() {
      Map<String, String> equal = new TreeMap<>();
      at++;
      while (!isNext("}")) {
        String label = tokens.get(at++);
        if (!label.equals(",")) {
          String sign = tokens.get(at++);
          String value = tokens.get(at++);
          boolean fixed = sign.equals("=") && !value.contains("$");
          equal.put(label, fixed ? unquoted(value) : "");
        }
      }
      at++;
      return equal;
    }

    private static String unquoted(String text) {
      return text.substring(1, text.length() - 1);
    }

    private boolean isNext(String token) {
      return at < tokens.size() && tokens.get(at).equals(token);
    }

    private static boolean isWord(String token) {
      return token.matches("[a-zA-Z_][\\w:]*");
    }
  }

  /**
   * Reads a query.
   *
   * @throws IllegalArgumentException when it has what is not known
   */
  public static PromQl of(String query) {
    List<String> tokens = new ArrayList<>();
    Matcher token = TOKEN.matcher(query.strip());
    int end = 0;
    while (end < query.strip().length()) {
      if (!token.find() || token.start() != end) {
        throw new IllegalArgumentException("not understood from " + end + ": " + query);
      }
      tokens.add(token.group().strip());
      end = token.end();
    }
    return new Reader(tokens).read();
  }
}
