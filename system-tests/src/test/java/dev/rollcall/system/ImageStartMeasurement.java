package dev.rollcall.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long each service takes to be ready in a cluster that runs: as a jar, and out of its image
 * without and with its classes archived. The forms take turns, so that all meet the same machine.
 * The images are those that {@code k8s/images/build} left in its target folder.
 */
final class ImageStartMeasurement {
  private static final String FLAGS = "-Xmx256m -XX:+UseSerialGC";
  private static final int FIRST_WITH_UNSAFE_OPTION = 23;
  private static final Duration READY_WITHIN = Duration.ofMinutes(1);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

  /** Away from the ports of the cluster that is joined. */
  private static final int OFFSET = 500;

  private final Path root = Installation.aroundHere().root();
  private final Path folder = Folders.empty(Path.of("target", "image-starts"));
  private final Deployment system;

  private ImageStartMeasurement(Deployment system) {
    this.system = system;
  }

  /** A start: until it was ready, and the processor's time that it took. */
  private record Start(long millis, long cpuMillis) {}

  public static void main(String[] args) throws Exception {
    int runs = (int) Words.of(args, "--runs").number("--runs", 5);
    try (Deployment system = OwnSystem.start("image-starts-system", Layout.standard())) {
      new ImageStartMeasurement(system).run(runs);
    }
    System.exit(0);
  }

  private void run(int runs) throws Exception {
    Layout layout = system.layout().onFreePorts(system.layout().offset() + OFFSET);
    System.out.printf("%-18s %-24s %8s %8s%n", "service", "form", "ready ms", "CPU ms");
    for (Instance instance : layout.instances()) {
      measure(instance, forms(instance.kind().module()), runs);
    }
  }

  private void measure(Instance instance, Map<String, List<String>> forms, int runs)
      throws Exception {
    Map<String, List<Start>> starts = new LinkedHashMap<>();
    for (int run = 0; run < runs; run++) {
      for (var form : forms.entrySet()) {
        starts
            .computeIfAbsent(form.getKey(), first -> new ArrayList<>())
            .add(start(instance, form.getValue()));
      }
    }
    starts.forEach(
        (form, all) ->
            System.out.printf(
                Locale.ROOT,
                "%-18s %-24s %8d %8d%n",
                instance.kind().module(),
                form,
                median(all.stream().mapToLong(Start::millis).toArray()),
                median(all.stream().mapToLong(Start::cpuMillis).toArray())));
  }

  private Map<String, List<String>> forms(String service) throws IOException {
    Path bundle = folder.resolve(service);
    Images.unpack(root.resolve("k8s/images/target/" + service + ".tar"), bundle);
    List<String> entrypoint = Files.readAllLines(bundle.resolve("entrypoint"));
    List<String> unarchived =
        entrypoint.stream().filter(word -> !word.startsWith("-XX:SharedArchiveFile")).toList();
    if (unarchived.equals(entrypoint)) {
      throw new IllegalStateException("the image of " + service + " has no classes archived");
    }
    List<String> jar = new ArrayList<>(unarchived);
    if (Runtime.version().feature() < FIRST_WITH_UNSAFE_OPTION) {
      jar.removeIf(word -> word.startsWith("--sun-misc-unsafe-memory-access"));
    }
    jar.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    jar.set(jar.size() - 1, root.resolve(service + "/target/" + service + ".jar").toString());
    Map<String, List<String>> forms = new LinkedHashMap<>();
    forms.put("jar, JDK " + Runtime.version().feature(), jar);
    forms.put("image, not archived", Images.running(bundle, unarchived));
    forms.put("image, archived", Images.running(bundle, entrypoint));
    return forms;
  }

  private Start start(Instance instance, List<String> command) throws Exception {
    Map<String, String> environment = system.environment();
    environment.putAll(instance.environment());
    environment.put("DATABASE_URL", system.databaseUrl());
    environment.put("JDK_JAVA_OPTIONS", FLAGS);
    Path log = folder.resolve("logs").resolve(instance.name() + ".log");
    long began = System.nanoTime();
    ServiceProcess process =
        ServiceProcess.start(
            instance.name(),
            command,
            environment,
            log,
            child -> Deployment.answersOk(instance.ready()));
    try {
      Eventually.await(instance + " in " + log, READY_WITHIN, process::ready);
      long millis = (System.nanoTime() - began) / 1_000_000;
      ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();
      return new Start(millis, handle.info().totalCpuDuration().orElseThrow().toMillis());
    } finally {
      process.terminate();
      process.endsWithin(ENDS_WITHIN);
      process.kill();
    }
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
