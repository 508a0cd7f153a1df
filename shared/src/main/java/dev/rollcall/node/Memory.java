package dev.rollcall.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the whole process has of the machine's memory, and what it may have: the heap is a part of
 * it only, and it is for the whole that a container is killed. Not a number where the system does
 * not tell, as elsewhere than on Linux, or sets no limit.
 */
final class Memory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

  /** Of control groups of the second version, and of the first. */
  private static final List<Path> LIMITS =
      List.of(
          Path.of("/sys/fs/cgroup/memory.max"),
          Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes"));

  /** The first version says a number like this where there is no limit. */
  private static final double NO_LIMIT = Math.pow(2, 60);

  private Memory() {}

  static double residentBytes() {
    Matcher resident = RESIDENT.matcher(read(STATUS));
    return resident.find() ? Long.parseLong(resident.group(1)) * 1024.0 : Double.NaN;
  }

  static double limitBytes() {
    return LIMITS.stream().filter(Files::exists).findFirst().map(Memory::limit).orElse(Double.NaN);
  }

  private static double limit(Path file) {
    return limit(read(file).strip());
  }

  static double limit(String said) {
    double bytes = said.matches("\\d+") ? Double.parseDouble(said) : Double.NaN;
    return bytes < NO_LIMIT ? bytes : Double.NaN;
  }

  /** These are no files on a disk: to read them does not wait. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException untold) {
      return "";
    }
  }
}
