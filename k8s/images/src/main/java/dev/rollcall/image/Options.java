package dev.rollcall.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is to be built: named values, and the services. */
record Options(Map<String, String> named, List<String> services) {

  Options {
    named = Map.copyOf(named);
    services = List.copyOf(services);
  }

  /** Reads an option and its value for each, and services. */
  static Options of(String... words) {
    Map<String, String> named = new HashMap<>();
    List<String> services = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      if (words[i].startsWith("--")) {
        named.put(words[i], words[++i]);
      } else {
        services.add(words[i]);
      }
    }
    return new Options(named, services);
  }

  /** The folder of a service's module. */
  Path module(String service) {
    return path("--root").resolve(service);
  }

  Base base() {
    return new Base(named("--base"), path("--root").resolve("k8s/images/target/cache"));
  }

  /** Runs an unpacked image. */
  Path runner() {
    return path("--root").resolve("k8s/images/run");
  }

  Path archive(String service) {
    return path("--out").resolve(service + ".tar");
  }

  /** Where the list of a service's classes is, if there is one. */
  Path classes(String service) {
    return path("--classes").resolve(service + ".classes");
  }

  String version() {
    return named("--version");
  }

  private Path path(String option) {
    return Path.of(named(option));
  }

  private String named(String option) {
    String value = named.get(option);
    if (value == null) {
      throw new IllegalArgumentException(option + " is missing");
    }
    return value;
  }
}
