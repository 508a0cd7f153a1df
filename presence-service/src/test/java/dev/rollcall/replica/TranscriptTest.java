package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays the stories in {@code src/test/resources/transcripts} and compares them line by line.
 * {@code -Drollcall.transcripts=write} writes what happens now into them instead.
 */
class TranscriptTest {
  private static final Path STORIES = Path.of("src/test/resources/transcripts");

  private static Stream<String> stories() throws IOException {
    try (Stream<Path> files = Files.list(STORIES)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      return names.stream().filter(name -> name.endsWith(".txt"));
    }
  }

  @Test
  void allFiveStoriesAreThere() throws IOException {
    assertThat(stories())
        .containsExactly(
            "all-replicas-restart.txt",
            "join.txt",
            "missed-delta.txt",
            "owner-dies.txt",
            "partition-and-heal.txt");
  }

  @ParameterizedTest
  @MethodSource("stories")
  void whatIsSentAndSeenIsWhatTheStoryTells(String story) throws IOException {
    List<String> told = Files.readAllLines(STORIES.resolve(story));
    List<String> played = new Transcript(told).play();
    if ("write".equals(System.getProperty("rollcall.transcripts"))) {
      Files.write(STORIES.resolve(story), played);
      return;
    }
    for (int i = 0; i < Math.max(told.size(), played.size()); i++) {
      String expected = line(told, i);
      String actual = line(played, i);
      if (!expected.equals(actual)) {
        fail(describe(story, i + 1, expected, actual));
      }
    }
  }

  private static String line(List<String> lines, int index) {
    return index < lines.size() ? lines.get(index) : "(the end)";
  }

  private static String describe(String story, int line, String expected, String actual) {
    return String.format(
        "%s, line %d%n  expected %s%n  actual   %s%nIf this is as it should be, write it and read"
            + " the diff: mvn test -pl shared,presence-service -Dtest=TranscriptTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Drollcall.transcripts=write",
        story, line, words(expected), words(actual));
  }

  private static String words(String line) {
    return line.isBlank() ? "(nothing)" : line.strip();
  }
}
