package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logback is what SLF4J finds, and all that it finds: with two, the order of jars decides. */
class LoggingTest {
  private static final String PROVIDERS = "META-INF/services/org.slf4j.spi.SLF4JServiceProvider";

  @Test
  void logbackAloneIsBoundToSlf4j() throws IOException {
    assertThat(providers(getClass().getClassLoader()))
        .containsExactly("ch.qos.logback.classic.spi.LogbackServiceProvider");
  }

  @Test
  void aSecondBindingIsSeen(@TempDir Path folder) throws IOException {
    Path file = folder.resolve(PROVIDERS);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "org.slf4j.simple.SimpleServiceProvider\n");
    URL[] more = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(more, getClass().getClassLoader())) {
      assertThat(providers(loader)).hasSize(2);
    }
  }

  /** The same jar may lie beside several services; it is one binding all the same. */
  private static Set<String> providers(ClassLoader loader) throws IOException {
    Set<String> names = new TreeSet<>();
    for (URL file : Collections.list(loader.getResources(PROVIDERS))) {
      try (InputStream in = file.openStream()) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .forEach(names::add);
      }
    }
    return names;
  }
}
