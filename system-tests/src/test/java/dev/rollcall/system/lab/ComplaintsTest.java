package dev.rollcall.system.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComplaintsTest {
  @TempDir private Path folder;

  @Test
  void eachLineIsToldOnceAndWhole() throws IOException {
    Complaints complaints = new Complaints(folder);
    assertThat(complaints.more()).isEmpty();

    write(
        "chat-1.1.log", "10:00 INFO  Node - starts\n10:01 ERROR Node - fell\n\tat Node\n10:02 ERR");
    assertThat(complaints.more()).containsExactly("chat-1.1.log: 10:01 ERROR Node - fell");

    write("chat-1.1.log", "OR Node - again\n");
    write("chat-1.2.log", "10:03 WARN  Node - no ERROR\n10:04 ERROR Node - anew\n");
    assertThat(complaints.more())
        .containsExactlyInAnyOrder(
            "chat-1.1.log: 10:02 ERROR Node - again", "chat-1.2.log: 10:04 ERROR Node - anew");
    assertThat(complaints.more()).isEmpty();
  }

  private void write(String log, String text) throws IOException {
    Files.writeString(
        folder.resolve(log), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
