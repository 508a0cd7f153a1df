package dev.rollcall.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files that this build was made from. */
final class Checkout {
  /** The services' modules; each is also the name of an image. */
  static final List<String> SERVICES =
      Pattern.compile("<module>([a-z]+-service)</module>")
          .matcher(text(file("pom.xml")))
          .results()
          .map(module -> module.group(1))
          .toList();

  private static final String SOURCES = "/src/main/java";

  private static final Pattern LITERAL =
      Pattern.compile(
          "\"\"\"(?<block>.*?)\"\"\"|\"(?<line>(?:\\\\.|[^\"\\\\\\n])*)\"", Pattern.DOTALL);

  private Checkout() {}

  static Path file(String path) {
    return root().resolve(path);
  }

  /** The text of every file below a folder whose name has one of the endings; none without it. */
  static List<String> texts(String folder, String... endings) {
    Path start = file(folder);
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(start)) {
      return paths
          .filter(path -> Stream.of(endings).anyMatch(path.toString()::endsWith))
          .sorted()
          .map(Checkout::text)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every string literal in the main sources of shared and of the services. */
  static List<String> literals() {
    return Stream.concat(Stream.of("shared"), SERVICES.stream())
        .flatMap(module -> texts(module + SOURCES, ".java").stream())
        .flatMap(Checkout::literals)
        .toList();
  }

  /** The services in whose own sources a piece of code stands. */
  static Set<String> servicesWith(String code) {
    return SERVICES.stream()
        .filter(it -> texts(it + SOURCES, ".java").stream().anyMatch(text -> text.contains(code)))
        .collect(Collectors.toSet());
  }

  static Stream<String> literals(String java) {
    return LITERAL.matcher(java).results().map(Checkout::content);
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String content(MatchResult literal) {
    return literal.group(1) != null ? literal.group(1) : literal.group(2);
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("k8s"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("no checkout around " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }
}
