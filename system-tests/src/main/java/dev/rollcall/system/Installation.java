package dev.rollcall.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was built, and how it is started.
 *
 * @param root the folder that holds the modules
 * @param flags of each JVM
 */
public record Installation(Path root, List<String> flags) {

  /**
   * Small and quick to start rather than fast in the long run: several JVMs share two cores and
   * little memory, and each would else take a quarter of the machine's memory for its heap.
   */
  private static final List<String> MODEST =
      List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  /** As in production: compiled as well as it gets, which takes time and memory. */
  private static final List<String> LASTING =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:-DontCompileHugeMethods");

  private static final int FIRST_JAVA_THAT_WARNS_OF_UNSAFE = 24;

  Installation(Path root) {
    this(root, MODEST);
  }

  Installation lasting() {
    return new Installation(root, LASTING);
  }

  /** The one that holds this working directory: a test runs in its module's folder. */
  public static Installation aroundHere() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("demo"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("not in a folder of Rollcall: " + Path.of(""));
      }
    }
    return new Installation(folder);
  }

  public List<String> command(Kind kind) {
    List<String> command = java();
    command.add("-jar");
    command.add(jar(kind.module()).toString());
    return command;
  }

  public List<String> databaseCommand() {
    List<String> command = java();
    command.add("-cp");
    command.add(jar("system-tests").toString());
    command.add("dev.rollcall.database.EmbeddedDatabase");
    return command;
  }

  private Path jar(String module) {
    return root.resolve(module).resolve("target").resolve(module + ".jar");
  }

  private List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    if (Runtime.version().feature() >= FIRST_JAVA_THAT_WARNS_OF_UNSAFE) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    return command;
  }
}
