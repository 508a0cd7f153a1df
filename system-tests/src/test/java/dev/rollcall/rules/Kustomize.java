package dev.rollcall.rules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The manifests of a folder: rendered where kubectl is there to do it, else as they were written.
 */
final class Kustomize {
  private static final Pattern VERSION = Pattern.compile("Kustomize Version: v([5-9]|\\d\\d)");

  private Kustomize() {}

  /** Tells whether kubectl is here, and new enough to know what our kustomizations say. */
  static boolean isThere() throws InterruptedException {
    try {
      return VERSION.matcher(run("kubectl", "version", "--client")).find();
    } catch (IOException absent) {
      return false;
    }
  }

  static String render(String folder) throws IOException, InterruptedException {
    return run("kubectl", "kustomize", Checkout.file(folder).toString());
  }

  /** The files one after another, with what the generator would make of the environment. */
  static String written(String folder) {
    Stream<String> objects =
        Checkout.texts(folder, ".yaml").stream()
            .filter(text -> !text.contains("kind: Kustomization"));
    Stream<String> generated = Checkout.texts(folder, ".env").stream().map(Kustomize::configMap);
    return Stream.concat(objects, generated).collect(Collectors.joining("\n---\n"));
  }

  private static String configMap(String environment) {
    return environment
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> "  " + line.replaceFirst("=(.*)", ": '$1'"))
        .collect(
            Collectors.joining(
                "\n",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: rollcall}\ndata:\n",
                "\n"));
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
