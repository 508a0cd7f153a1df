package dev.rollcall.image;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Makes images, as {@code k8s/images/build} asks for them. */
public final class Main {
  private static final int MEGABYTE = 1_000_000;

  private Main() {}

  /** {@code --unpack ARCHIVE BUNDLE}, or what {@link Options} tells. */
  public static void main(String[] words) throws Exception {
    try {
      run(words);
    } catch (ExecutionException failed) {
      // Around what the library met: a base that is no archive, a registry that is away.
      fail(failed.getCause());
    } catch (IOException | InvalidImageReferenceException | IllegalArgumentException failed) {
      fail(failed);
    }
  }

  private static void run(String... words) throws Exception {
    if (words[0].equals("--unpack")) {
      Bundle.unpack(Path.of(words[1]), Path.of(words[2]));
      return;
    }
    Options options = Options.of(words);
    for (String service : options.services()) {
      build(options, service);
    }
  }

  private static void fail(Throwable why) {
    System.err.println("build: " + why);
    System.exit(1);
  }

  private static void build(Options options, String service) throws Exception {
    ServiceImage image =
        new ServiceImage(options.module(service), options.base(), options.version());
    Path file = options.archive(service);
    String digest = image.write(file, Optional.empty());
    Path classes = options.classes(service);
    if (!Files.exists(classes)) {
      say(file, digest, "without its classes archived: there is no " + classes);
      return;
    }
    try (Scratch scratch = new Scratch()) {
      Bundle bundle = Bundle.unpack(file, scratch.folder().resolve("bundle"));
      ClassArchive archive = new ClassArchive(options.runner(), bundle);
      Optional<String> obstacle = archive.obstacle();
      if (obstacle.isPresent()) {
        say(file, digest, "without its classes archived: it can't run here: " + obstacle.get());
        return;
      }
      Path made = archive.make(classes, scratch.folder());
      digest = image.write(file, Optional.of(made));
      say(file, digest, "with " + Files.size(made) / MEGABYTE + " MB of classes archived");
    }
  }

  private static void say(Path file, String digest, String more) throws IOException {
    System.out.printf("%s: %s, %d MB, %s%n", file, digest, Files.size(file) / MEGABYTE, more);
  }
}
