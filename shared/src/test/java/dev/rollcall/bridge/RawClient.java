package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A client that is bound to nothing: a TCP connection, on which a test writes and reads bytes.
 * Reading waits for at most ten seconds.
 */
final class RawClient implements AutoCloseable {
  private static final int WAIT_MILLIS = 10_000;

  /** The end of a connection, as who reads it sees it, without a close frame before. */
  static final int CUT = -1;

  private final Socket socket;
  private final DataInputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** A frame as the server sends it; with its status, where it is a close. */
  record Frame(int first, String text, int status) {
    boolean isClose() {
      return first == Bytes.CLOSE;
    }
  }

  static RawClient connect(int port) throws IOException {
    return connect(port, 0);
  }

  /** Connects with a small buffer, so that what is not read soon waits at the server. */
  static RawClient connect(int port, int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(WAIT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return new RawClient(socket);
  }

  static RawClient open(Target target, String user) throws IOException {
    return connect(target.port()).upgrade(target, user);
  }

  RawClient upgrade(Target target, String user) throws IOException {
    return upgrade(target, user, "/eventbus/websocket");
  }

  RawClient upgrade(Target target, String user, String path) throws IOException {
    write(handshake(target, user, path));
    assertThat(head()).startsWith("HTTP/1.1 101 ");
    return this;
  }

  static byte[] handshake(Target target, String user, String path) {
    return handshake(target.port(), target.token(user), path);
  }

  static byte[] handshake(int port, String token, String path) {
    return handshake(port, token, path, Map.of());
  }

  static byte[] handshake(int port, String token, String path, Map<String, String> more) {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("Host", "127.0.0.1:" + port);
    headers.put("Upgrade", "websocket");
    headers.put("Connection", "Upgrade");
    headers.put("Sec-WebSocket-Version", "13");
    headers.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    headers.put("Authorization", "Bearer " + token);
    return request("GET " + path, headers);
  }

  static byte[] request(String line, Map<String, String> headers) {
    StringBuilder text = new StringBuilder(line).append(" HTTP/1.1\r\n");
    headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    return Bytes.utf8(text.append("\r\n").toString());
  }

  RawClient write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  RawClient say(String json) throws IOException {
    return write(Bytes.text(json));
  }

  /** Writes what a server that has sent it away may refuse to take. */
  void pour(byte[] bytes) {
    pour(1, bytes);
  }

  void pour(int times, byte[] bytes) {
    try {
      for (int i = 0; i < times; i++) {
        write(bytes);
      }
    } catch (IOException refused) {
      // It was sent away before all was written: reading tells why.
    }
  }

  RawClient register(String topic) throws IOException {
    return say("{'type':'register','address':'" + topic + "'}");
  }

  /** Registers, and waits until that is so. */
  RawClient registered(String topic) throws IOException {
    say("{'type':'register','address':'" + topic + "','replyAddress':'registered'}");
    untilText("\"address\":\"registered\"");
    return this;
  }

  /** Returns the status line and headers of an answer. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  Frame frame() throws IOException {
    int first = in.readUnsignedByte();
    long length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] payload = new byte[Math.toIntExact(length)];
    in.readFully(payload);
    int status = first == Bytes.CLOSE ? ByteBuffer.wrap(payload).getShort() : 0;
    return new Frame(first, new String(payload, StandardCharsets.UTF_8), status);
  }

  /** Returns the next frame that has this text in it. */
  String untilText(String part) throws IOException {
    Frame frame = frame();
    while (!frame.text().contains(part)) {
      assertThat(frame.isClose()).as("closed while waiting for %s", part).isFalse();
      frame = frame();
    }
    return frame.text();
  }

  /** Reads until it is closed; returns with which status, {@link #CUT} for none. */
  int status() {
    try {
      Frame frame = frame();
      while (!frame.isClose()) {
        frame = frame();
      }
      return frame.status();
    } catch (SocketTimeoutException open) {
      throw new AssertionError("it is still open", open);
    } catch (IOException ended) {
      return CUT;
    }
  }

  /** Reads to the end, whatever comes; throws when that does not come in time. */
  boolean hasEnded() throws IOException {
    rest();
    return true;
  }

  String rest() throws IOException {
    StringBuilder rest = new StringBuilder();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        rest.append((char) next);
      }
    } catch (SocketException reset) {
      // That is an end, too.
    }
    return rest.toString();
  }

  RawClient waitAtMost(int millis) throws IOException {
    socket.setSoTimeout(millis);
    return this;
  }

  /** Goes without a word: what the server sends from now on is answered by a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
