package dev.rollcall.system.lab;

import dev.rollcall.system.Hosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code [row…]}, all without a name: makes the hosts, and runs itself once more outside of them,
 * where everything but the services is. Writes the table to {@code target/lab/table.md}.
 */
public final class LabRun {
  private static final int HOSTS = 4;
  private static final String INSIDE = "--inside";
  private static final String NAMES = "--names";
  private static final Path FOLDER = Path.of("target", "lab").toAbsolutePath();

  private LabRun() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals(INSIDE)) {
      endWithParent();
      System.exit(inside(args[1], List.of(args).subList(2, args.length)) ? 0 : 1);
    }
    if (List.of(args).equals(List.of(NAMES))) {
      Rows.all().forEach(row -> System.out.printf("%-16s %s%n", row.name(), row.title()));
      return;
    }
    System.exit(run(List.of(args)) ? 0 : 1);
  }

  /** Returns whether every row went well. */
  static boolean run(List<String> rows) throws IOException, InterruptedException {
    rows.forEach(Rows::named);
    Hosts hosts = Hosts.make(HOSTS);
    Thread end = new Thread(hosts::close, "hosts");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      hosts.resolveOutside();
      Process inner = start(hosts, rows);
      return inner.waitFor() == 0;
    } finally {
      hosts.close();
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }

  private static Process start(Hosts hosts, List<String> rows) throws IOException {
    List<String> command = new ArrayList<>(hosts.on(0));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    for (String name : List.of(Changes.PREVIOUS, Lab.TLS)) {
      Optional.ofNullable(System.getProperty(name))
          .ifPresent(folder -> command.add("-D" + name + "=" + folder));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LabRun.class.getName(), INSIDE, hosts.name()));
    command.addAll(rows);
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static boolean inside(String hosts, List<String> names) throws Exception {
    List<Row> rows = names.isEmpty() ? possible() : names.stream().map(Rows::named).toList();
    List<Result> results = new ArrayList<>();
    Path folder = fresh();
    while (results.size() < rows.size()) {
      Path logs =
          Files.createDirectories(folder.resolve("from-" + rows.get(results.size()).name()));
      Lab lab = new Lab(Hosts.called(hosts, HOSTS), logs);
      try {
        lab.start();
        strike(lab, rows, results);
      } finally {
        lab.close();
      }
    }
    return results.stream().allMatch(result -> result.faults().isEmpty());
  }

  private static List<Row> possible() {
    if (System.getProperty(Changes.PREVIOUS) != null) {
      return Rows.all();
    }
    System.out.println("SKIPPED (no --against): " + Changes.MIXED);
    return Rows.all().stream().filter(row -> !row.name().equals(Changes.MIXED)).toList();
  }

  /** One row after another, until all are done or one leaves what nobody can use any more. */
  private static void strike(Lab lab, List<Row> rows, List<Result> results) throws Exception {
    Footprint first = null;
    boolean whole = true;
    while (whole && results.size() < rows.size()) {
      Trial trial = new Trial(lab, rows.get(results.size()), first);
      Result result = outcome(trial, rows.get(results.size()));
      whole = !Double.isNaN(result.healedSeconds());
      if (whole) {
        first = trial.first();
      }
      results.add(result);
      System.out.println(result.line());
      result.faults().forEach(fault -> System.out.println("    " + fault));
      write(results);
    }
  }

  private static Result outcome(Trial trial, Row row) {
    try {
      return trial.run();
    } catch (Exception failure) {
      failure.printStackTrace(System.out);
      return Result.broken(row.title(), failure);
    }
  }

  private static void write(List<Result> results) throws IOException {
    StringBuilder table = new StringBuilder(Result.HEAD);
    results.forEach(result -> table.append(result.line()).append('\n'));
    Files.writeString(FOLDER.resolve("table.md"), table);
  }

  private static Path fresh() throws IOException {
    if (Files.exists(FOLDER)) {
      try (var content = Files.walk(FOLDER)) {
        for (Path each : content.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    return Files.createDirectories(FOLDER);
  }

  /** The process that made the hosts holds this one's standard input. */
  private static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is said; only the end counts.
                }
              } catch (IOException gone) {
                // As good as the end.
              }
              System.exit(1);
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }
}
