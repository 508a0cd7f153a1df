package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code SCENARIOS.md} names in its tables exists, so that who renames it mends the map. */
class ScenariosTest {
  private static final Path MAP = Path.of("src/test/SCENARIOS.md");
  private static final List<String> MODULES = List.of("shared", "presence-service", "system-tests");
  private static final Pattern NAMED = Pattern.compile("`([^`]+)`");

  private static Stream<String> named() throws IOException {
    return Files.readAllLines(MAP).stream()
        .filter(line -> line.startsWith("| "))
        .flatMap(line -> NAMED.matcher(line).results())
        .map(found -> found.group(1))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("named")
  void whatTheMapNamesExists(String name) throws IOException {
    if (name.endsWith(".txt")) {
      assertThat(Path.of("src/test/resources/transcripts", name)).exists();
    } else if (name.endsWith("\"")) {
      String text = name.substring(name.indexOf('"') + 1, name.length() - 1);
      String file = name.substring(0, name.indexOf(' '));
      assertThat(source(file)).containsPattern("['\"]" + Pattern.quote(text) + "['\"]");
    } else {
      int dot = name.indexOf('.');
      String method = name.substring(dot + 1);
      assertThat(source(name.substring(0, dot))).contains(" void " + method + "(");
    }
  }

  /** Returns the text of a test class, or of a script, of whatever module. */
  private static String source(String name) throws IOException {
    String file = name.endsWith(".js") ? name : name + ".java";
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test"))) {
        Path found = files.filter(path -> path.endsWith(file)).findFirst().orElse(null);
        if (found != null) {
          return Files.readString(found);
        }
      }
    }
    throw new IllegalStateException("there is no " + file);
  }
}
