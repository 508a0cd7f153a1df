package dev.rollcall.system.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameScannerTest {
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CONTINUATION = 0;

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  /** What a scanner hands on, as text. */
  private static final class Heard implements FrameScanner.Sink {
    private final List<String> messages = new ArrayList<>();
    private final List<String> controls = new ArrayList<>();

    @Override
    public void message(byte[] bytes, int from, int to) {
      messages.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void control(int opcode, byte[] bytes, int from, int to) {
      controls.add(opcode + new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }
  }

  @Test
  void severalFramesOfOneReadAreSeveralMessages() {
    frame(TEXT, true, "one");
    frame(BINARY, true, "two");
    frame(TEXT, true, "");
    assertThat(inPiecesOf(1_000).messages).containsExactly("one", "two", "");
  }

  @Test
  void lengthsOfTwoAndOfEightBytesAreRead() {
    String medium = "m".repeat(300);
    String large = "l".repeat(70_000);
    frame(TEXT, true, medium);
    frame(TEXT, true, large);
    frame(TEXT, true, "end");
    assertThat(inPiecesOf(200_000).messages).containsExactly(medium, large, "end");
  }

  @Test
  void framesCutAnywhereAreTheSameMessages() {
    String medium = "m".repeat(300);
    frame(TEXT, false, "a fragment, ");
    frame(FrameScanner.PING, true, "are you there");
    frame(CONTINUATION, false, "");
    frame(CONTINUATION, true, "and its end");
    frame(TEXT, true, medium);
    frame(TEXT, false, "");
    frame(CONTINUATION, true, "behind nothing");
    frame(FrameScanner.CLOSE, true, "");
    for (int piece = 1; piece <= sent.size(); piece++) {
      Heard heard = inPiecesOf(piece);
      assertThat(heard.messages)
          .as("in pieces of %s", piece)
          .containsExactly("a fragment, and its end", medium, "behind nothing");
      assertThat(heard.controls).containsExactly("9are you there", "8");
    }
  }

  @Test
  void anyMixtureOfFramesCutAtRandomIsWhatWasSent() {
    for (long seed = 0; seed < 200; seed++) {
      sent.reset();
      Random random = new Random(seed);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        expected.add(message(random));
      }
      assertThat(inPiecesAtRandom(random).messages).as("seed %s", seed).isEqualTo(expected);
    }
  }

  @Test
  void bytesThatWerePostponedComeFirst() {
    frame(TEXT, true, "message");
    byte[] head = "HTTP/1.1 101 and more".getBytes(StandardCharsets.US_ASCII);
    FrameScanner scanner = new FrameScanner();
    byte[] buffer = new byte[100];
    System.arraycopy(head, 0, buffer, 0, head.length);
    scanner.postpone(buffer, head.length);
    assertThat(scanner.restore(buffer)).isEqualTo(head.length);
    System.arraycopy(sent.toByteArray(), 0, buffer, head.length, sent.size());
    Heard heard = new Heard();
    scanner.scan(buffer, head.length, head.length + sent.size(), heard);
    assertThat(heard.messages).containsExactly("message");
  }

  @Test
  void aFrameOfAnAbsurdLengthIsRefused() {
    byte[] absurd = ByteBuffer.allocate(20).put((byte) 0x82).put((byte) 127).putLong(-1).array();
    assertThatThrownBy(() -> new FrameScanner().scan(absurd, 0, absurd.length, new Heard()))
        .isInstanceOf(IllegalStateException.class);
  }

  private String message(Random random) {
    StringBuilder whole = new StringBuilder();
    int fragments = 1 + random.nextInt(3);
    for (int i = 0; i < fragments; i++) {
      String part = "x".repeat(random.nextInt(200)) + random.nextInt();
      frame(i == 0 ? TEXT : CONTINUATION, i == fragments - 1, part);
      whole.append(part);
    }
    return whole.toString();
  }

  private Heard inPiecesOf(int length) {
    FrameScanner scanner = new FrameScanner();
    Heard heard = new Heard();
    byte[] all = sent.toByteArray();
    for (int at = 0; at < all.length; at += length) {
      read(scanner, all, at, Math.min(all.length, at + length), heard);
    }
    return heard;
  }

  private Heard inPiecesAtRandom(Random random) {
    FrameScanner scanner = new FrameScanner();
    Heard heard = new Heard();
    byte[] all = sent.toByteArray();
    int at = 0;
    while (at < all.length) {
      int to = Math.min(all.length, at + 1 + random.nextInt(700));
      read(scanner, all, at, to, heard);
      at = to;
    }
    return heard;
  }

  private static void read(FrameScanner scanner, byte[] all, int from, int to, Heard heard) {
    byte[] buffer = new byte[200_000];
    int kept = scanner.restore(buffer);
    System.arraycopy(all, from, buffer, kept, to - from);
    scanner.scan(buffer, 0, kept + to - from, heard);
  }

  /** A frame as servers send them: without a mask. */
  private void frame(int opcode, boolean last, String text) {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(data.length + 10);
    frame.put((byte) ((last ? 0x80 : 0) | opcode));
    if (data.length < 126) {
      frame.put((byte) data.length);
    } else if (data.length < 65_536) {
      frame.put((byte) 126).putShort((short) data.length);
    } else {
      frame.put((byte) 127).putLong(data.length);
    }
    frame.put(data);
    sent.write(frame.array(), 0, frame.position());
  }
}
