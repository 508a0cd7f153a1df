package dev.rollcall.system.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The cores, and what Linux says of a process. */
final class Machine {
  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  /** How {@code /proc} counts time, whatever the kernel's own clock. */
  private static final double TICKS_A_SECOND = 100;

  private static final Pattern COMPILER = Pattern.compile("\\(C[12] Compiler");

  /** After the name in brackets, which may have blanks in it. */
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  /** All of the first line of {@code /proc/stat} but idle time, waiting, and what counts twice. */
  private static final List<Integer> BUSY_FIELDS = List.of(1, 2, 3, 6, 7, 8);

  private final List<Integer> cores;

  private Machine(List<Integer> cores) {
    this.cores = cores;
  }

  static Machine here() throws IOException {
    return new Machine(cores(field(ProcessHandle.current().pid(), "Cpus_allowed_list")));
  }

  /** Returns one where every process may run on every core. */
  static Machine unpinned() {
    return new Machine(List.of());
  }

  /** Tells whether servers and client can have cores of their own. */
  boolean pins() {
    return cores.size() > 1 && Files.isExecutable(TASKSET);
  }

  /** Puts this process on the last core. */
  void pinClient() throws IOException, InterruptedException {
    if (pins()) {
      String core = cores.get(cores.size() - 1).toString();
      String self = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder(TASKSET.toString(), "-acp", core, self)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** Returns what goes before a server's command; servers share the other cores in turn. */
  List<String> pinServer(int server) {
    return pins()
        ? List.of(TASKSET.toString(), "-c", cores.get(server % (cores.size() - 1)).toString())
        : List.of();
  }

  @Override
  public String toString() {
    return "%d cores, %s; Java %s (%s), %s %s"
        .formatted(
            cores.size(),
            pins() ? "each server on one, the client on the last" : "nothing pinned",
            Runtime.version(),
            System.getProperty("java.vendor"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
  }

  /** Returns the CPU that a process has used, of all its threads. */
  static double cpuSeconds(long pid) throws IOException {
    return cpuSeconds(Files.readString(Path.of("/proc", String.valueOf(pid), "stat")));
  }

  /** Returns the CPU that the compilers of a JVM have used, of those threads that are there. */
  static double compilingSeconds(long pid) throws IOException {
    double seconds = 0;
    Path threads = Path.of("/proc", String.valueOf(pid), "task");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
      for (Path thread : all) {
        String stat = Files.readString(thread.resolve("stat"));
        if (COMPILER.matcher(stat).find()) {
          seconds += cpuSeconds(stat);
        }
      }
    }
    return seconds;
  }

  private static double cpuSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    return ticks / TICKS_A_SECOND;
  }

  /** Returns the CPU that everything on this machine has used, and what its host took away. */
  static double busySeconds() throws IOException {
    String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +", -1);
    return BUSY_FIELDS.stream().mapToLong(i -> Long.parseLong(fields[i])).sum() / TICKS_A_SECOND;
  }

  /** Returns how much memory of a process is in place. */
  static long residentBytes(long pid) throws IOException {
    return Long.parseLong(field(pid, "VmRSS").replace(" kB", "")) * 1024;
  }

  private static String field(long pid, String name) throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).trim())
        .findFirst()
        .orElseThrow();
  }

  /** Reads such as {@code 0-3,6}. */
  private static List<Integer> cores(String list) {
    List<Integer> cores = new ArrayList<>();
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", -1);
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      IntStream.rangeClosed(first, last).forEach(cores::add);
    }
    return cores;
  }
}
