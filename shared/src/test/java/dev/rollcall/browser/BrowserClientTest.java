package dev.rollcall.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs the browser client's own tests with Node's runner, where there is one. */
class BrowserClientTest {
  private static final Path TESTS = Path.of("src/test/js");

  @Test
  void theClientsOwnTestsPass() throws Exception {
    boolean mustRun = "true".equals(System.getenv("CI"));
    assumeTrue(mustRun || hasNode(), "skipped: node is not installed");
    List<String> command = new ArrayList<>(List.of("node", "--test"));
    command.addAll(tests());
    Path output = Path.of("target", "browser-client-tests.txt");
    Process node =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(node.waitFor(60, TimeUnit.SECONDS)).as("ended within a minute").isTrue();
    String said = Files.readString(output);
    assertThat(node.exitValue()).as(said).isZero();
    assertThat(said).doesNotContain("# tests 0").containsPattern("(#|ℹ) pass \\d\\d");
  }

  private static List<String> tests() throws IOException {
    try (Stream<Path> files = Files.list(TESTS)) {
      return files.map(Path::toString).filter(name -> name.endsWith(".test.js")).sorted().toList();
    }
  }

  private static boolean hasNode() throws InterruptedException {
    try {
      Process version = new ProcessBuilder("node", "--version").start();
      return version.waitFor(10, TimeUnit.SECONDS) && version.exitValue() == 0;
    } catch (IOException none) {
      return false;
    }
  }
}
