package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path folder;

  @Test
  void itIsDeafToTheTerminalAndEndsOnSigterm() throws Exception {
    ServiceProcess child = start("echo ready; exec sleep 60");
    awaitOutput(child);

    for (String signal : List.of("INT", "HUP")) {
      new ProcessBuilder("kill", "-" + signal, String.valueOf(child.pid())).start().waitFor();
    }
    assertThat(child.endsWithin(Duration.ofMillis(300))).isFalse();
    child.terminate();

    assertThat(child.endsWithin(SOON)).isTrue();
    assertThat(child.exitCode()).hasValue(128 + 15);
  }

  @Test
  void itsStandardInputStaysOpenWhenItIsAskedToEnd() throws Exception {
    ServiceProcess child = start("trap '' TERM; echo ready; read nothing");
    awaitOutput(child);

    child.terminate();

    // It pays no heed to SIGTERM, and would end if its input ended.
    assertThat(child.endsWithin(Duration.ofMillis(300))).isFalse();
    child.kill();
    assertThat(child.ended().get(10, TimeUnit.SECONDS).exitCode()).hasValue(128 + 9);
  }

  @Test
  void lastWordsLeaveOutTheFramesOfAStackTrace() throws Exception {
    ServiceProcess child =
        start(
            "printf 'one\\ntwo\\nException: why\\n\\tat a.B.c\\n\\n\\tat d.E.f\\nCaused by: x\\n'");

    assertThat(child.endsWithin(SOON)).isTrue();
    assertThat(child.lastWords()).containsExactly("two", "Exception: why", "Caused by: x");
  }

  @Test
  void itGetsItsOwnSettingsAndNoneOfTheCallers() throws Exception {
    ServiceProcess child = start("echo $ROLLCALL_EXIT_WITH_PARENT $ROLLCALL_TEST");

    assertThat(child.endsWithin(SOON)).isTrue();
    assertThat(child.output()).containsExactly("true given");
  }

  private ServiceProcess start(String script) throws Exception {
    return ServiceProcess.start(
        "child",
        List.of("/bin/sh", "-c", script),
        Map.of("ROLLCALL_TEST", "given"),
        folder.resolve("logs").resolve("child.log"),
        child -> !child.output().isEmpty());
  }

  private static void awaitOutput(ServiceProcess child) throws InterruptedException {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!child.ready() && System.nanoTime() < deadline) {
      child.endsWithin(Duration.ofMillis(10));
    }
    assertThat(child.ready()).isTrue();
  }
}
