package dev.rollcall.orders;

import dev.rollcall.orders.ApiDocument.Operation;
import dev.rollcall.orders.ApiDocument.Parameter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Calls of an operation with parameters that it must refuse. */
final class BadParameters {
  private static final List<String> NO_INTEGERS =
      List.of(
          " ",
          "x",
          "null",
          "true",
          "[]",
          "[1]",
          "{}",
          "\"1\"",
          "NaN",
          "1.5",
          "1.0",
          "1e1",
          "1e308",
          "1e400",
          "-0",
          "+1",
          "01",
          "0x10",
          "1 ",
          " 1",
          "1\n",
          "\n1",
          "1\u0000",
          "1,2",
          "1;2",
          "１",
          "١",
          "2147483648x",
          "9223372036854775808",
          "-9223372036854775809",
          "1".repeat(1_500),
          "[".repeat(500));

  /** What a URL may not have, or what decodes to no text. */
  private static final List<String> NO_ESCAPES = List.of("%", "%1", "%zz", "1%");

  private static final List<String> NO_TEXTS = List.of("%ff", "%C0%AF", "%ED%A0%80", "1%00");

  private BadParameters() {}

  static List<BadCall> of(Operation operation) {
    List<BadCall> all = new ArrayList<>();
    for (Parameter parameter : operation.parameters()) {
      switch (parameter.in()) {
        case "path" -> all.addAll(inPath(operation, parameter));
        case "query" -> all.addAll(inQuery(operation, parameter));
        case "header" -> all.addAll(inHeader(operation, parameter));
        default -> throw new IllegalStateException("no way to send " + parameter);
      }
    }
    return all;
  }

  private static Stream<String> integers(Parameter parameter) {
    Stream<Long> beyond =
        Stream.of(
            parameter.schema().getLong("minimum") - 1, parameter.schema().getLong("maximum") + 1);
    return Stream.of(beyond.map(String::valueOf), NO_INTEGERS.stream(), Hostile.TEXTS.stream())
        .flatMap(each -> each)
        // Longer than a URL may be; and a lone half of a character can't be in one.
        .filter(each -> each.length() < 2_000 && !each.matches("(?s).*[\\ud800-\\udfff].*"));
  }

  /** An escape that is none is refused in a path before anything of the service sees it. */
  private static List<BadCall> inPath(Operation operation, Parameter parameter) {
    return Stream.concat(integers(parameter).map(BadParameters::encoded), NO_TEXTS.stream())
        .map(
            value ->
                bad(
                    parameter,
                    value,
                    operation
                        .example()
                        .to(operation.path().replace("{" + parameter.name() + "}", value))))
        .toList();
  }

  private static List<BadCall> inQuery(Operation operation, Parameter parameter) {
    String path = operation.path() + "?" + parameter.name();
    List<BadCall> all = new ArrayList<>();
    Stream.concat(integers(parameter).map(BadParameters::encoded), NO_TEXTS.stream())
        .map(value -> bad(parameter, value, operation.example().to(path + "=" + value)))
        .forEach(all::add);
    all.add(bad(parameter, "nothing", operation.example().to(path)));
    all.add(bad(parameter, "", operation.example().to(path + "=")));
    Call twice = operation.example().to(path + "=1&" + parameter.name() + "=1");
    all.add(bad(parameter, "1 twice", twice));
    for (String value : NO_ESCAPES) {
      Call call = operation.example().to(path + "=" + value);
      all.add(BadCall.malformed(parameter.name() + " = " + value, call));
    }
    return all;
  }

  private static List<BadCall> inHeader(Operation operation, Parameter parameter) {
    List<BadCall> all = new ArrayList<>();
    SchemaValues.candidates(parameter.schema())
        .filter(BadParameters::canBeInHeader)
        .filter(text -> !SchemaValues.takes(parameter.schema(), text.strip()))
        .map(text -> bad(parameter, text, operation.example().with(parameter.name(), text)))
        .forEach(all::add);
    Call twice = operation.example().with(parameter.name(), "a").with(parameter.name(), "a");
    all.add(bad(parameter, "a twice", twice));
    return all;
  }

  /** Another character would end the header, or the head would be too long for any service. */
  private static boolean canBeInHeader(String text) {
    return text.length() < 5_000 && text.chars().allMatch(c -> c >= ' ' && c <= 0xff && c != 0x7f);
  }

  private static BadCall bad(Parameter parameter, String value, Call call) {
    return BadCall.invalid(
        parameter.name() + " = " + Refused.nonsense(value), call, parameter.name());
  }

  /** A blank as a path has it too. */
  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
