package dev.rollcall.system.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * One room of the chat with many clients, and those who post to it, all in one thread that parses
 * nothing: who sent what and when stands in the text of each message.
 */
public final class RoomLoad implements AutoCloseable {
  /** A client may send 100 frames a second, and wait for 100 answers. */
  private static final int POSTERS = 20;

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final long NANOS_A_SECOND = 1_000_000_000L;

  private final List<Integer> ports;
  private final IntFunction<String> tokens;
  private final String room;
  private final LoadClient client;
  private final List<Connection> posters = new ArrayList<>();
  private int clients;
  private int acknowledged;
  private int run;
  private long delivered;
  private long answered;
  private Histogram deliveryNanos = new Histogram();
  private Histogram answerNanos = new Histogram();

  /**
   * What was measured.
   *
   * @param posted messages
   * @param answered those that were stored
   * @param delivered messages to clients
   * @param answerNanos from when a message was due to be sent until it was answered
   * @param deliveryNanos until it was there, for each client
   */
  public record Figures(
      long posted, long answered, long delivered, Histogram answerNanos, Histogram deliveryNanos) {}

  /**
   * @param ports of the instances, each of which has as many of the clients
   * @param tokens of a user, by number
   */
  public RoomLoad(List<Integer> ports, IntFunction<String> tokens, String room) throws IOException {
    this.ports = List.copyOf(ports);
    this.tokens = tokens;
    this.room = room;
    this.client =
        new LoadClient(
            Framing.RAW, Duration.ZERO, open -> {}, in -> acknowledged++, this::received);
  }

  /** Has so many more clients enter the room, and those who post connect. */
  public void enter(int more) throws IOException {
    for (int i = 0; i < more; i++) {
      open(clients + i, 0).registerToBeAcknowledged("room:" + room);
      int expected = clients + i + 1;
      await("a register is answered", () -> acknowledged == expected);
    }
    clients += more;
    while (posters.size() < POSTERS) {
      posters.add(open(posters.size(), Connection.GUEST));
    }
  }

  private Connection open(int number, int place) throws IOException {
    int port = ports.get(number % ports.size());
    Connection connection =
        client.connect(new Connection.Place(number, 0, place), port, tokens.apply(number));
    await("a client is connected", connection::open);
    return connection;
  }

  /** Posts evenly, and waits for what was posted to be delivered. */
  public Figures post(int rate, Duration time) throws IOException {
    deliveryNanos = new Histogram();
    answerNanos = new Histogram();
    delivered = 0;
    answered = 0;
    run++;
    int count = (int) (time.toNanos() * rate / NANOS_A_SECOND);
    long beginNanos = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long dueNanos = beginNanos + i * NANOS_A_SECOND / rate;
      while (System.nanoTime() < dueNanos) {
        client.turn(dueNanos);
      }
      post(posters.get(i % POSTERS), i, dueNanos);
      client.turn(0);
    }
    client.runUntil(() -> delivered >= (long) count * clients && answered >= count, SOON);
    return new Figures(count, answered, delivered, answerNanos, deliveryNanos);
  }

  private void post(Connection poster, int number, long dueNanos) throws IOException {
    poster.publish(
        """
        {"type":"send","address":"chat.messages.post","replyAddress":"p%d","body":\
        {"room":"%s","client_id":"%s-%d-%d","text":"%s"}}"""
            .formatted(number, room, room, run, number, Payload.of(run, number, dueNanos)));
  }

  private void received(Connection by, int publisher, int sequence, long latencyNanos) {
    if (by.room() == Connection.GUEST) {
      answered++;
      answerNanos.add(latencyNanos);
    } else {
      delivered++;
      deliveryNanos.add(latencyNanos);
    }
  }

  /**
   * Has a client come back again and again that has all but the last messages.
   *
   * @param position which it has
   * @param missed how many came after it
   * @return the time from its register until all of them and the acknowledgement have arrived
   */
  public Histogram recover(long position, int missed, int times) throws IOException {
    Histogram nanos = new Histogram();
    for (int i = 0; i < times; i++) {
      Connection back = open(i, 0);
      int expected = acknowledged + 1;
      delivered = 0;
      long beganNanos = System.nanoTime();
      back.registerFrom("room:" + room, position);
      await("what was missed", () -> acknowledged == expected && delivered == missed);
      nanos.add(System.nanoTime() - beganNanos);
      client.leave(back);
    }
    return nanos;
  }

  /** Returns what went wrong first, or nothing. */
  public String problem() {
    return client.problem();
  }

  private void await(String what, BooleanSupplier reached) throws IOException {
    if (!client.runUntil(reached, SOON)) {
      throw new IllegalStateException("not in time: " + what + "; " + client.problem());
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
