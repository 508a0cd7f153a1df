package dev.rollcall.orders;

import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.validation.SchemaValidationException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads from a schema's verdict which fields are wrong. The verdict names the place by a pointer
 * after a {@code #}, and the keyword that failed at the end of another.
 */
final class Violations {
  /** Enough to learn from; a body may have thousands. */
  private static final int MAX = 20;

  /** Keywords that only say that something within is wrong, which is listed itself. */
  private static final Set<String> SUMMARIES = Set.of("properties", "items", "$ref");

  private static final Pattern PARAMETER = Pattern.compile("parameter (\\S+) is invalid");
  private static final Pattern ENCODED = Pattern.compile("(?:%[0-9A-F]{2})+");
  private static final Pattern MISSING = Pattern.compile("required property \"(\\w+)\"");

  private Violations() {}

  static List<Problem.Field> of(SchemaValidationException invalid) {
    Matcher parameter = PARAMETER.matcher(invalid.getMessage());
    return of(parameter.find() ? parameter.group(1) : "", invalid.getOutputUnit());
  }

  /**
   * @param prefix what the places in the verdict are within
   */
  static List<Problem.Field> of(String prefix, OutputUnit verdict) {
    List<OutputUnit> errors = verdict.getErrors();
    Set<String> known = knownFields(errors);
    return errors.stream()
        .filter(error -> !SUMMARIES.contains(keyword(error)))
        .filter(error -> !(isUnknown(error) && known.contains(error.getInstanceLocation())))
        .map(error -> field(prefix, error))
        .collect(
            Collectors.toMap(
                Problem.Field::field,
                Function.identity(),
                (first, second) -> first,
                LinkedHashMap::new))
        .values()
        .stream()
        .limit(MAX)
        .toList();
  }

  /** A field that is known and wrong is reported as unknown besides. */
  private static Set<String> knownFields(List<OutputUnit> errors) {
    return errors.stream()
        .filter(error -> keyword(error).equals("properties"))
        .map(OutputUnit::getInstanceLocation)
        .collect(Collectors.toSet());
  }

  private static boolean isUnknown(OutputUnit error) {
    return keyword(error).equals("additionalProperties");
  }

  private static Problem.Field field(String prefix, OutputUnit error) {
    String place = prefix + decoded(error.getInstanceLocation().substring(1));
    Matcher missing = MISSING.matcher(error.getError());
    if (missing.find()) {
      return new Problem.Field(place + "/" + missing.group(1), "is missing");
    }
    return new Problem.Field(place, message(error));
  }

  /**
   * The verdict writes its pointers as a URI does, and a byte below 16 with one digit, as it is.
   */
  private static String decoded(String pointer) {
    return ENCODED
        .matcher(pointer)
        .replaceAll(bytes -> Matcher.quoteReplacement(text(bytes.group().replace("%", ""))));
  }

  private static String text(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }

  private static String message(OutputUnit error) {
    return switch (keyword(error)) {
      case "additionalProperties" -> "is not a known field";
      case "minItems" -> "has too few items";
      case "maxItems" -> "has too many items";
      default -> error.getError();
    };
  }

  private static String keyword(OutputUnit error) {
    String location = error.getKeywordLocation();
    return location.substring(location.lastIndexOf('/') + 1);
  }
}
