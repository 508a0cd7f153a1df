package dev.rollcall.system.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Thousands of browsers in one thread. It parses no message: it looks for {@link Payload}s in what
 * comes, and hands on each. Each connection pings every 5 s, as the official client does.
 */
final class LoadClient implements AutoCloseable {
  private static final long PING_NANOS = 5_000_000_000L;
  private static final int READ_BYTES = 256 * 1024;
  private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
  private static final int PROBLEM_LENGTH = 200;

  /** Told once a connection can be used; with SockJS, once its session has begun. */
  interface Opened {
    void opened(Connection connection) throws IOException;
  }

  /** Told once a register is acknowledged of which that was asked. */
  interface Acknowledged {
    void acknowledged(Connection connection);
  }

  /** Told of each payload. */
  interface Received {
    void received(Connection by, int publisher, int sequence, long latencyNanos) throws IOException;
  }

  private final Selector selector = Selector.open();
  private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
  private final byte[] buffer = new byte[MAX_MESSAGE_BYTES + READ_BYTES];
  private final Set<Connection> connections = new HashSet<>();
  private final Queue<Connection> pings = new ArrayDeque<>();
  private final FrameScanner.Sink sink = new Messages();
  private final Opened whenOpened;
  private final Acknowledged whenAcknowledged;
  private final Received whenReceived;
  private final Framing framing;
  private final long napNanos;
  private Connection current;
  private long nowNanos = System.nanoTime();
  private int serial;
  private int opened;
  private int lost;
  private int refusals;
  private String problem = "";

  /**
   * @param nap how long to sleep after each batch of events: a server whose client is asleep in its
   *     selector pays for waking it, and one whose clients are on other machines never does
   */
  LoadClient(
      Framing framing,
      Duration nap,
      Opened whenOpened,
      Acknowledged whenAcknowledged,
      Received whenReceived)
      throws IOException {
    this.framing = framing;
    this.napNanos = nap.toNanos();
    this.whenOpened = whenOpened;
    this.whenAcknowledged = whenAcknowledged;
    this.whenReceived = whenReceived;
  }

  Connection connect(Connection.Place place, int port, String token) throws IOException {
    byte[] upgrade = ClientFrames.upgrade(port, framing.path(serial), token);
    Connection connection = new Connection(selector, place, serial++, framing, port, upgrade);
    connections.add(connection);
    pings.add(connection);
    return connection;
  }

  /** Leaves, without a word. */
  void leave(Connection connection) {
    connection.close();
    connections.remove(connection);
  }

  void leaveAll() {
    connections.forEach(Connection::close);
    connections.clear();
  }

  /** Returns how many connections have ever opened. */
  int opened() {
    return opened;
  }

  /** Returns how many connections ended although this client had not closed them. */
  int lost() {
    return lost;
  }

  /** Returns how many errors servers have answered. */
  int refusals() {
    return refusals;
  }

  /** Returns the first thing that went wrong, or nothing. */
  String problem() {
    return problem;
  }

  /** Handles what the network has, and waits for it until then if there is nothing. */
  void turn(long untilNanos) throws IOException {
    long waitMillis = (untilNanos - System.nanoTime()) / 1_000_000;
    int handled =
        waitMillis > 0
            ? selector.select(this::handle, waitMillis)
            : selector.selectNow(this::handle);
    if (handled > 0 && napNanos > 0) {
      LockSupport.parkNanos(napNanos);
    }
    ping();
  }

  void run(Duration time) throws IOException {
    long endNanos = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < endNanos) {
      turn(Math.min(endNanos, System.nanoTime() + 100_000_000));
    }
  }

  /** Returns whether it became so within the time. */
  boolean runUntil(BooleanSupplier reached, Duration within) throws IOException {
    long endNanos = System.nanoTime() + within.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > endNanos) {
        return false;
      }
      turn(System.nanoTime() + 10_000_000);
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    leaveAll();
    selector.close();
  }

  private void handle(SelectionKey key) {
    current = (Connection) key.attachment();
    try {
      if (key.isValid() && key.isConnectable()) {
        current.finishConnect();
      }
      if (key.isValid() && key.isWritable()) {
        current.sendMore();
      }
      if (key.isValid() && key.isReadable()) {
        read();
      }
    } catch (IOException | IllegalStateException fault) {
      lose(fault.toString());
    }
  }

  private void read() throws IOException {
    boolean wasOpen = current.open();
    int kept = current.scanner().restore(buffer);
    in.clear();
    int count = current.channel().read(in);
    nowNanos = System.nanoTime();
    if (count < 0) {
      lose("the server closed a connection");
      return;
    }
    if (kept + count > MAX_MESSAGE_BYTES) {
      throw new IllegalStateException("a message of more than " + MAX_MESSAGE_BYTES + " bytes");
    }
    in.flip().get(buffer, kept, count);
    current.receive(buffer, kept + count, sink);
    if (!wasOpen && current.open() && framing == Framing.RAW) {
      began();
    }
  }

  private void began() throws IOException {
    opened++;
    whenOpened.opened(current);
  }

  private void lose(String why) {
    if (!current.closed()) {
      lost++;
      note(why);
      leave(current);
    }
  }

  private void note(String what) {
    problem = problem.isEmpty() ? what : problem;
  }

  /** Those whose turn it is: the queue is in the order in which they are due. */
  private void ping() {
    long beforeNanos = System.nanoTime() - PING_NANOS;
    while (!pings.isEmpty() && pings.peek().pingedNanos() - beforeNanos < 0) {
      current = pings.remove();
      if (!current.closed()) {
        ping(current);
        pings.add(current);
      }
    }
  }

  private void ping(Connection connection) {
    try {
      connection.ping(System.nanoTime());
    } catch (IOException fault) {
      lose(fault.toString());
    }
  }

  private final class Messages implements FrameScanner.Sink {
    @Override
    public void message(byte[] bytes, int from, int to) {
      try {
        if (current.awaitsAcknowledgement()) {
          lookForAcknowledgement(bytes, from, to);
        }
        int payload = Payload.find(bytes, from, to);
        if (payload < 0) {
          other(bytes, from, to);
        }
        while (payload >= 0) {
          whenReceived.received(
              current,
              Payload.publisher(bytes, payload),
              Payload.sequence(bytes, payload),
              nowNanos - Payload.nanos(bytes, payload));
          payload = Payload.find(bytes, payload + Payload.LENGTH, to);
        }
      } catch (IOException fault) {
        lose(fault.toString());
      }
    }

    /** It may come together with payloads. Connections wait for it a moment each. */
    private void lookForAcknowledgement(byte[] bytes, int from, int to) {
      String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      if (framing.acknowledges(text)) {
        current.acknowledged();
        whenAcknowledged.acknowledged(current);
      }
    }

    private void other(byte[] bytes, int from, int to) throws IOException {
      if (framing == Framing.SOCKJS && to - from == 1 && bytes[from] == 'o') {
        began();
        return;
      }
      int length = Math.min(to - from, PROBLEM_LENGTH);
      String text = new String(bytes, from, length, StandardCharsets.UTF_8);
      if (text.contains("err")) {
        refusals++;
        note(text);
      }
    }

    @Override
    public void control(int opcode, byte[] bytes, int from, int to) {
      if (opcode == FrameScanner.CLOSE) {
        int reason = Math.min(to, from + 2);
        lose("closed: " + new String(bytes, reason, to - reason, StandardCharsets.UTF_8));
      }
    }
  }
}
