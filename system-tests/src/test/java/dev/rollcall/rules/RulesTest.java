package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.rollcall");

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void theCodeKeepsTheRule(Rule rule) {
    rule.rule().check(CODE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void theRuleCatchesWhatIsPlanted(Rule rule, @TempDir Path folder) throws IOException {
    assertThat(rule.planted()).isNotEmpty();
    for (List<String> sources : rule.planted()) {
      JavaClasses planted = Planted.compile(Files.createTempDirectory(folder, "planted"), sources);
      assertThat(rule.rule().evaluate(planted).hasViolation()).as("%s", sources).isTrue();
    }
  }

  /** A rule about several packages would not notice that one of them is gone. */
  @ParameterizedTest
  @MethodSource("packages")
  void everyPackageThatARuleNamesIsOnTheClassPath(String name) {
    assertThat(CODE.that(JavaClass.Predicates.resideInAPackage(name))).isNotEmpty();
  }

  static Stream<Rule> rules() {
    return Rules.all();
  }

  static Stream<String> packages() {
    return Stream.concat(Rules.SHARED.stream(), Rules.SERVICES.stream());
  }
}
