package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An image over a base of this machine's own, run as a pod would run it. */
@NeedsImages
class ImageIT {
  private static final String SERVICE = "presence-service";
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final Images images = new Images(Folders.empty(Path.of("target", "images")));
  private ServiceProcess process;

  @AfterEach
  void end() throws InterruptedException {
    if (process != null) {
      process.kill();
      process.endsWithin(Duration.ofSeconds(5));
    }
  }

  /** One test of all, for each step needs the one before, and takes seconds. */
  @Test
  void aPodIsReadySoonerWithTheClassesOfOneBefore() throws Exception {
    Path tmp = Files.createDirectories(images.folder().resolve("tmp"));
    Files.setPosixFilePermissions(tmp, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path base = images.base();
    Path bundle = images.bundle(base, SERVICE, tmp);
    assertNothingElseCanBeRun(bundle.resolve("rootfs"));

    ready(bundle, tmp, "-XX:DumpLoadedClassList=/tmp/" + SERVICE + ".classes");
    assertConfined(process.pid());
    endInOrder();
    Duration plain = ready(bundle, tmp, "-Xshare:auto");
    endInOrder();

    bundle = images.bundle(base, SERVICE, tmp);
    // A JVM that can't take the archive ends.
    Duration archived = ready(bundle, tmp, "-Xshare:on");
    assertThat(archived).isLessThan(plain.multipliedBy(2).dividedBy(3));
  }

  private void endInOrder() throws InterruptedException {
    process.terminate();
    assertThat(process.endsWithin(Duration.ofSeconds(30))).isTrue();
  }

  /** What has the right to be run, but for libraries; links too. */
  private static void assertNothingElseCanBeRun(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile).filter(Files::isExecutable))
          .extracting(file -> root.relativize(file).toString())
          .filteredOn(name -> !name.contains(".so"))
          .containsExactlyInAnyOrder(
              "opt/java/bin/java", "opt/java/lib/jexec", "opt/java/lib/jspawnhelper");
    }
  }

  /** Nobody, who can't become anybody, with nothing to write to but one folder. */
  private static void assertConfined(long pid) throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
    assertThat(status)
        .contains("Uid:\t65532\t65532\t65532\t65532", "Gid:\t65532\t65532\t65532\t65532")
        .contains("NoNewPrivs:\t1", "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000");
    Stream<String[]> mounts =
        Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo")).stream()
            .map(line -> line.split(" ", -1));
    assertThat(mounts.filter(fields -> fields[5].startsWith("rw")).map(fields -> fields[4]))
        .contains("/tmp")
        .doesNotContain("/");
  }

  /** Starts it, and returns the time of the processor that it took until it was ready. */
  private Duration ready(Path bundle, Path tmp, String flag) throws Exception {
    int[] ports = FreePorts.several(3);
    URI ready = URI.create("http://127.0.0.1:" + ports[0] + "/health/ready");
    Map<String, String> environment = new TreeMap<>();
    environment.put("ROLLCALL_MODE", "production");
    environment.put("ROLLCALL_HTTP_HOST", "127.0.0.1");
    environment.put("ROLLCALL_MANAGEMENT_PORT", String.valueOf(ports[0]));
    environment.put("ROLLCALL_CLUSTER_HOST", "127.0.0.1");
    environment.put("ROLLCALL_CLUSTER_PORT", String.valueOf(ports[1]));
    environment.put("ROLLCALL_CLUSTER_MEMBERS", "127.0.0.1:" + ports[1]);
    environment.put("ROLLCALL_BUS_PORT", String.valueOf(ports[2]));
    environment.put("JDK_JAVA_OPTIONS", "-Xmx192m -XX:+UseSerialGC " + flag);
    process =
        ServiceProcess.start(
            SERVICE,
            Images.running(bundle, tmp),
            environment,
            images.folder().resolve(SERVICE + ".log"),
            child -> Deployment.answersOk(ready));
    Eventually.await(
        "ready; it says " + process.lastWords(),
        READY_WITHIN,
        () -> process.ready() || !process.alive());
    assertThat(process.alive()).as(() -> process.lastWords().toString()).isTrue();
    return ProcessHandle.of(process.pid()).orElseThrow().info().totalCpuDuration().orElseThrow();
  }
}
