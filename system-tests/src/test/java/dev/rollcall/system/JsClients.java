package dev.rollcall.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The clients of others, installed by npm beside the scenarios that use them. */
final class JsClients {
  static final Path FOLDER = Path.of("target", "js-clients");

  private static final Path SOURCES = Path.of("src", "test", "js-clients");
  private static final int INSTALL_SECONDS = 120;

  private JsClients() {}

  /** Why the clients can't be used here, in the words of npm; nothing is downloaded twice. */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String why) {
      super(why);
    }
  }

  static void install() throws IOException, InterruptedException, Unavailable {
    Files.createDirectories(FOLDER);
    try (Stream<Path> sources = Files.list(SOURCES)) {
      for (Path source : sources.toList()) {
        Files.copy(
            source, FOLDER.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    run(
        "npm",
        "ci",
        "--prefer-offline",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=1");
  }

  /** The names of all scenarios. */
  static List<String> scenarios() throws IOException {
    return Pattern.compile("^  async (\\w+)\\(client\\)", Pattern.MULTILINE)
        .matcher(Files.readString(SOURCES.resolve("scenarios.js")))
        .results()
        .map(name -> name.group(1))
        .toList();
  }

  private static void run(String... command) throws IOException, InterruptedException, Unavailable {
    Path output = FOLDER.resolve("npm.log");
    Process process = start(output, command);
    if (!process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new Unavailable("npm takes too long");
    }
    if (process.exitValue() != 0) {
      throw new Unavailable(Files.readString(output));
    }
  }

  private static Process start(Path output, String... command) throws Unavailable {
    try {
      return new ProcessBuilder(command)
          .directory(FOLDER.toFile())
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
    } catch (IOException none) {
      throw new Unavailable("npm is not installed");
    }
  }
}
