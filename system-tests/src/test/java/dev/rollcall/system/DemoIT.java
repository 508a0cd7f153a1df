package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./demo} itself: what it shows, and that it leaves nothing behind, however it ends. */
class DemoIT {

  /** What the README promises, once Maven's repository is warm. */
  private static final Duration READY_WITHIN = Duration.ofSeconds(90);

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int FIRST_OFFSET = 4_000;
  private static final int CTRL_C = 3;
  private static final String LAST_LINE = "Ctrl-C ends everything";

  /** One for all tests: making the database's files takes most of a first start. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path data;

  private final Layout layout = Layout.standard().onFreePorts(FIRST_OFFSET);
  private DemoRun demo;

  @AfterEach
  void end() throws Exception {
    if (demo != null) {
      demo.close();
    }
  }

  @Test
  void itShowsWhereToLookEndsOnCtrlCAndKeepsItsDataForTheNextRun() throws Exception {
    startAndAwaitReady();
    Instance chat = layout.instances(Kind.CHAT).get(0);
    Instance dashboard = layout.instances(Kind.DASHBOARD).get(0);
    for (Instance page : new Instance[] {chat, dashboard}) {
      demo.awaitLine(page.http().toString(), SOON);
      assertThat(get(page.http(), "/").body()).containsIgnoringCase("<!doctype html>");
    }
    OrdersClient orders = OrdersClient.of(layout);
    long id = orders.create("Ana");
    Set<ProcessHandle> children = demo.children();

    demo.signal("INT");

    assertThat(demo.awaitEnd()).isEqualTo(128 + 2);
    nothingIsLeftOf(children);
    startAndAwaitReady();
    assertThat(orders.get("/orders/" + id).statusCode()).isEqualTo(200);
  }

  @Test
  void aKilledServiceIsReportedAndTheRestGoesOnUntilTheDatabaseEnds() throws Exception {
    startAndAwaitReady();
    Set<ProcessHandle> children = demo.children();

    demo.child("chat-service").destroyForcibly();

    demo.awaitLine("chat-1 ended unexpectedly, exit code 137", SOON);
    OrdersClient.of(layout).create("Ana");
    demo.child("EmbeddedDatabase").destroyForcibly();
    demo.awaitLine("database ended unexpectedly, exit code 137", SOON);
    assertThat(demo.awaitEnd()).isEqualTo(1);
    nothingIsLeftOf(children);
  }

  @Test
  void nothingOutlivesALauncherThatIsKilled() throws Exception {
    startAndAwaitReady();
    Set<ProcessHandle> children = demo.children();

    demo.handle().destroyForcibly();

    nothingIsLeftOf(children);
  }

  /** The terminal sends Ctrl-C to every process at once, and yet they end in order. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void ctrlCInATerminalEndsEverythingInOrder() throws Exception {
    demo = DemoRun.startInTerminal(data, layout);
    demo.awaitLine(LAST_LINE, READY_WITHIN);
    Set<ProcessHandle> children = demo.children();

    demo.type(CTRL_C);

    demo.awaitLine("ended", SOON);
    assertThat(demo.awaitEnd()).isEqualTo(128 + 2);
    nothingIsLeftOf(children);
    assertThat(demo.output()).noneMatch(line -> line.contains("unexpectedly"));
  }

  @Test
  void aStopWhileItStartsLeavesNothing() throws Exception {
    demo = DemoRun.start(data, layout);
    demo.awaitLine("starting presence-1", SOON);
    Set<ProcessHandle> children = demo.children();

    demo.signal("TERM");

    assertThat(demo.awaitEnd()).isEqualTo(128 + 15);
    nothingIsLeftOf(children);
  }

  @Test
  void aTakenPortIsOneLineThatSaysWhatToDo() throws Exception {
    int port = layout.instances(Kind.CHAT).get(0).httpPort();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      demo = DemoRun.start(data, layout);

      assertThat(demo.awaitEnd()).isEqualTo(1);
    }
    assertThat(demo.output()).hasSize(1);
    assertThat(demo.output().get(0))
        .startsWith("Port " + port + " is taken, which HTTP of chat-1 needs")
        .contains("--port-offset");
  }

  @Test
  void twoRunsDoNotShareAFolder() throws Exception {
    try (DataFolder held = DataFolder.take(data)) {
      demo = DemoRun.start(held.path(), layout);

      assertThat(demo.awaitEnd()).isEqualTo(1);
    }
    assertThat(demo.output()).hasSize(1);
    assertThat(demo.output().get(0))
        .contains(data.toString(), "in use by process " + ProcessHandle.current().pid());
  }

  @Test
  void aChildThatCannotStartEndsEverythingAndItsLastWordsAreShown(@TempDir Path blocked)
      throws Exception {
    // A file where the database wants its folder.
    Files.writeString(blocked.resolve("postgres"), "not a folder");
    demo = DemoRun.start(blocked, layout);

    assertThat(demo.awaitEnd()).isEqualTo(1);

    demo.awaitLine("database ended with exit code 1", SOON);
    demo.awaitLine("Its log: " + blocked.resolve("logs").resolve("database.log"), SOON);
    nothingIsLeftOf(demo.children());
  }

  private void startAndAwaitReady() throws Exception {
    demo = DemoRun.start(data, layout);
    demo.awaitLine(LAST_LINE, READY_WITHIN);
  }

  private void nothingIsLeftOf(Set<ProcessHandle> children) throws Exception {
    DemoRun.awaitEnd(children);
    assertThat(demo.children()).isEmpty();
    assertThat(layout.ports().keySet()).allMatch(Ports::free);
  }

  private static HttpResponse<String> get(URI address, String path)
      throws IOException, InterruptedException {
    return new OrdersClient(address).get(path);
  }
}
