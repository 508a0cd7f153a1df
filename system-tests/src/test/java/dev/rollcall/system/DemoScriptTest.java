package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script alone, in a folder of its own, with a java, a javac and a mvn that only pretend. */
class DemoScriptTest {

  private static final List<String> USED =
      List.of(
          "awk", "bash", "cat", "df", "dirname", "env", "find", "head", "mkdir", "sed", "sleep",
          "tail", "touch");

  private static final List<String> MODULES =
      List.of(
          "shared",
          "presence-service",
          "orders-service",
          "chat-service",
          "dashboard-service",
          "system-tests");

  @TempDir private Path root;

  private Path bin;

  @BeforeEach
  void prepare() throws IOException {
    Files.copy(Installation.aroundHere().root().resolve("demo"), root.resolve("demo"));
    bin = Files.createDirectory(root.resolve("bin"));
    for (String name : USED) {
      Files.createSymbolicLink(bin.resolve(name), installed(name));
    }
    tool(
        "java",
        "case $* in *-version*) echo 'openjdk version \"21.0.1\"' >&2;; *) echo run $*;; esac");
    tool("javac", "echo javac 21.0.1");
    tool("mvn", "for m in */; do [ ! -d $m/target ] || touch $m/target/${m%/}.jar; done");
    Files.createFile(root.resolve("pom.xml"));
    for (String module : MODULES) {
      Files.createDirectories(root.resolve(module).resolve("src").resolve("main"));
      Files.createDirectories(root.resolve(module).resolve("target"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nothing          | demo: there is no option --nothing; see ./demo --help",
        "--chat             | demo: --chat needs a number from 1 to 9; see ./demo --help",
        "--chat 0           | demo: --chat needs a number from 1 to 9; see ./demo --help",
        "--presence 10      | demo: --presence needs a number from 1 to 9; see ./demo --help",
        "--port-offset many | demo: --port-offset needs a number from 0 to 23000; see ./demo --help",
        "--data             | demo: --data needs a folder; see ./demo --help",
      })
  void aWrongOptionIsOneLine(String options, String line) throws Exception {
    assertThat(demo(options.split(" "))).containsExactly(line, "exit 2");
  }

  @Test
  void helpNamesEveryOption() throws Exception {
    assertThat(String.join("\n", demo("--help")))
        .contains("--chat", "--presence", "--orders", "--dashboard", "--port-offset", "--data")
        .endsWith("exit 0");
  }

  @Test
  void withoutJava() throws Exception {
    Files.delete(bin.resolve("java"));

    assertThat(demo())
        .containsExactly("demo: no Java found on the PATH: install a JDK, 17 or newer", "exit 1");
  }

  @Test
  void withAnOldJava() throws Exception {
    tool("java", "echo 'java version \"1.8.0_292\"' >&2");

    assertThat(demo())
        .containsExactly("demo: Java 8 found on the PATH: a JDK, 17 or newer, is needed", "exit 1");
  }

  @Test
  void withARuntimeThatIsNoJdk() throws Exception {
    Files.delete(bin.resolve("javac"));

    assertThat(demo())
        .containsExactly(
            "demo: Java found on the PATH, but not javac: install a JDK, 17 or newer", "exit 1");
  }

  @Test
  void withoutMaven() throws Exception {
    Files.delete(bin.resolve("mvn"));

    assertThat(demo()).containsExactly("demo: no mvn found on the PATH: install Maven", "exit 1");
  }

  @Test
  void withAFullDisk() throws Exception {
    tool("df", "echo header; echo /dev/x 2000000 1900000 100000 95% /");

    assertThat(demo())
        .containsExactly(
            "demo: only 97 MB free on the disk of " + root + ": 1 GB is needed", "exit 1");
  }

  @Test
  void aBuildThatFailsShowsItsLastLinesAndWhereAllOfThemAre() throws Exception {
    tool("mvn", "echo '[ERROR] Chat.java: cannot find symbol'; exit 1");

    assertThat(demo())
        .contains("[ERROR] Chat.java: cannot find symbol", "exit 1")
        .anyMatch(line -> line.endsWith("all it said is in " + root + "/.rollcall/build.log"));
  }

  @Test
  void itBuildsOnlyWhatIsNewerThanTheLastBuild() throws Exception {
    assertThat(demo("--chat", "2"))
        .anyMatch(line -> line.startsWith("built in"))
        .contains("exit 0");

    List<String> again = demo("--chat", "2");
    assertThat(again).noneMatch(line -> line.startsWith("built in"));
    assertThat(again.get(0)).startsWith("run ").endsWith("--data .rollcall --chat 2");

    Path source = Files.createFile(root.resolve("chat-service/src/main/Chat.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(demo()).anyMatch(line -> line.startsWith("built in"));
  }

  private static Path installed(String name) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private void tool(String name, String script) throws IOException {
    Files.deleteIfExists(bin.resolve(name));
    Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(bin.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** What it printed, and how it ended. */
  private List<String> demo(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("./demo"));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().put("PATH", bin.toString());
    builder.environment().remove("JAVA_HOME");
    Process process = builder.redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    List<String> lines = new ArrayList<>(output.lines().toList());
    lines.add("exit " + process.waitFor());
    return lines;
  }
}
