package dev.rollcall.system.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One browser, as far as a server can tell. */
final class Connection {
  /** Of which connections of this machine can come, so that ports are no limit. */
  private static final int SOURCES = 32;

  /** What {@link #number} and {@link #room} are for one that is in no account. */
  static final int GUEST = -1;

  enum State {
    CONNECTING,
    UPGRADING,
    OPEN,
    CLOSED
  }

  private final int number;
  private final int node;
  private final int room;
  private final Framing framing;
  private final byte[] upgrade;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final FrameScanner scanner = new FrameScanner();
  private State state = State.CONNECTING;
  private ByteBuffer unsent;
  private boolean awaitsAcknowledgement;
  private long pingedNanos = System.nanoTime();

  /**
   * Begins to connect.
   *
   * @param serial different for each connection of a run
   * @param upgrade the request to send
   */
  Connection(Selector selector, Place place, int serial, Framing framing, int port, byte[] upgrade)
      throws IOException {
    this.number = place.number();
    this.node = place.node();
    this.room = place.room();
    this.framing = framing;
    this.upgrade = upgrade;
    channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.bind(new InetSocketAddress("127.0.0." + (2 + serial % SOURCES), 0));
    key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /**
   * Where a connection belongs.
   *
   * @param number its row in the ledger, or {@link #GUEST}
   * @param node of the node that it connects to
   * @param room of the topic that it is for
   */
  record Place(int number, int node, int room) {}

  int number() {
    return number;
  }

  int node() {
    return node;
  }

  int room() {
    return room;
  }

  boolean open() {
    return state == State.OPEN;
  }

  boolean closed() {
    return state == State.CLOSED;
  }

  FrameScanner scanner() {
    return scanner;
  }

  SocketChannel channel() {
    return channel;
  }

  void finishConnect() throws IOException {
    channel.finishConnect();
    state = State.UPGRADING;
    key.interestOps(SelectionKey.OP_READ);
    send(upgrade);
  }

  /** Takes what was read: bytes from the beginning of the buffer. */
  void receive(byte[] buffer, int to, FrameScanner.Sink sink) {
    if (state == State.UPGRADING) {
      upgrade(buffer, to, sink);
    } else {
      scanner.scan(buffer, 0, to, sink);
    }
  }

  private void upgrade(byte[] buffer, int to, FrameScanner.Sink sink) {
    String head = new String(buffer, 0, to, StandardCharsets.ISO_8859_1);
    int end = head.indexOf("\r\n\r\n");
    if (end < 0) {
      scanner.postpone(buffer, to);
      return;
    }
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new IllegalStateException(head.substring(0, head.indexOf('\r')));
    }
    state = State.OPEN;
    scanner.scan(buffer, end + 4, to, sink);
  }

  /** Sends bytes, in the order of the calls, as soon as the socket takes them. */
  void send(byte[] bytes) throws IOException {
    if (unsent != null) {
      ByteBuffer more = ByteBuffer.allocate(unsent.remaining() + bytes.length);
      unsent = more.put(unsent).put(bytes).flip();
      return;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    channel.write(buffer);
    if (buffer.hasRemaining()) {
      unsent = buffer;
      key.interestOpsOr(SelectionKey.OP_WRITE);
    }
  }

  void sendMore() throws IOException {
    channel.write(unsent);
    if (!unsent.hasRemaining()) {
      unsent = null;
      key.interestOpsAnd(~SelectionKey.OP_WRITE);
    }
  }

  /** Says that it lives, once it does. */
  void ping(long nowNanos) throws IOException {
    pingedNanos = nowNanos;
    if (open()) {
      send(framing.ping());
    }
  }

  /** Returns when it last had its turn; for the first time, when it began to connect. */
  long pingedNanos() {
    return pingedNanos;
  }

  void register(String topic) throws IOException {
    send(framing.register(topic));
  }

  void registerToBeAcknowledged(String topic) throws IOException {
    awaitsAcknowledgement = true;
    send(framing.registerToBeAcknowledged(topic));
  }

  /** As one that comes back, and has the topic up to that position. */
  void registerFrom(String topic, long position) throws IOException {
    awaitsAcknowledgement = true;
    send(framing.registerFrom(topic, position));
  }

  boolean awaitsAcknowledgement() {
    return awaitsAcknowledgement;
  }

  void acknowledged() {
    awaitsAcknowledgement = false;
  }

  void publish(String json) throws IOException {
    send(framing.frame(json));
  }

  void close() {
    state = State.CLOSED;
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      // Which is what was wanted.
    }
  }
}
