package dev.rollcall.rules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The kubectl of this machine, where there is one that is new enough. */
final class Kubectl {
  private static final Pattern VERSION = Pattern.compile("Kustomize Version: v([5-9]|\\d\\d)");

  /** What a generated object's name ends in, so that pods restart when its contents change. */
  private static final Pattern HASH = Pattern.compile("-[bcdfghkmt2456789]{10}\\b");

  private Kubectl() {}

  /** Tells whether kubectl is here, and new enough to know what our kustomizations say. */
  static boolean isThere() throws InterruptedException {
    try {
      return VERSION.matcher(run("kubectl", "version", "--client")).find();
    } catch (IOException absent) {
      return false;
    }
  }

  /** What it makes of a folder, with the names of generated objects as they are written. */
  static String kustomize(Path folder) throws IOException, InterruptedException {
    return HASH.matcher(run("kubectl", "kustomize", folder.toString())).replaceAll("");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }
}
