package dev.rollcall.system.bench;

import dev.rollcall.system.bench.Connection.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The browsers of one run: members, who stay and must miss nothing, and guests, who come and go.
 * Members are spread evenly over the nodes, and the first of each room also publish.
 */
final class Crowd implements AutoCloseable {
  private static final Duration COME_WITHIN = Duration.ofMinutes(2);
  private static final Duration HEARD_WITHIN = Duration.ofMinutes(1);
  private static final Duration PROBE_EVERY = Duration.ofMillis(200);
  private static final int CONNECTING_AT_ONCE = 64;
  private static final long WAIT_NANOS = 10_000_000;

  /**
   * How large a crowd is.
   *
   * @param rooms topics
   * @param subscribers of each room
   * @param publishers of each room
   */
  record Size(int rooms, int subscribers, int publishers) {
    int members() {
      return rooms * subscribers;
    }

    int allPublishers() {
      return rooms * publishers;
    }

    @Override
    public String toString() {
      return "%d room(s) of %,d subscribers and %d publishers"
          .formatted(rooms, subscribers, publishers);
    }
  }

  private final Servers servers;
  private final Tokens tokens;
  private final Size size;
  private final LoadClient client;
  private final LoadClient.Received whenReceived;
  private final List<Connection> members = new ArrayList<>();
  private final Ledger ledger;
  private final Guests guests;
  private long strays;
  private int guestsCame;

  /**
   * A crowd of nobody, as yet.
   *
   * @param whenReceived told of each message that a member had not got before
   */
  Crowd(
      Servers servers,
      Tokens tokens,
      Size size,
      Framing framing,
      Duration nap,
      LoadClient.Received whenReceived)
      throws IOException {
    this.servers = servers;
    this.tokens = tokens;
    this.size = size;
    this.whenReceived = whenReceived;
    this.ledger = new Ledger(size.members(), size.publishers());
    this.guests = new Guests(servers.side().acknowledges(), size, this::leave);
    this.client = new LoadClient(framing, nap, this::register, guests::acknowledged, this::receive);
  }

  LoadClient client() {
    return client;
  }

  /** Connects and registers all members, some at a time. */
  void come() throws IOException {
    come(size.members());
  }

  /** As {@link #come()}, but only so many of them. */
  void come(int count) throws IOException {
    long deadlineNanos = System.nanoTime() + COME_WITHIN.toNanos();
    int openedBefore = client.opened();
    while (client.opened() - openedBefore < count) {
      int came = client.opened() - openedBefore;
      if (client.lost() > 0 || System.nanoTime() > deadlineNanos) {
        throw new IllegalStateException(
            "%d of %d came: %s".formatted(came, count, client.problem()));
      }
      while (members.size() < Math.min(count, came + CONNECTING_AT_ONCE)) {
        members.add(connect(place(members.size())));
      }
      client.turn(System.nanoTime() + WAIT_NANOS);
    }
  }

  /** Returns once each member has heard a probe of each publisher of its room. */
  void hearProbes() throws IOException {
    long deadlineNanos = System.nanoTime() + HEARD_WITHIN.toNanos();
    while (ledger.silent() > 0) {
      if (System.nanoTime() > deadlineNanos) {
        throw new IllegalStateException(
            "%d of %d ways are silent: %s"
                .formatted(ledger.silent(), size.members() * size.publishers(), client.problem()));
      }
      for (int publisher = 0; publisher < size.allPublishers(); publisher++) {
        publish(publisher, 0, System.nanoTime());
      }
      client.runUntil(() -> ledger.silent() == 0, PROBE_EVERY);
    }
    // The last probes may still be on their way.
    client.run(PROBE_EVERY.multipliedBy(2));
  }

  /** Sends what all members of the publisher's room should get. */
  void publish(int publisher, int sequence, long nanos) throws IOException {
    guests.sent(publisher, sequence);
    Connection from = publisher(publisher);
    String payload = Payload.of(publisher, sequence, nanos);
    from.publish(servers.side().publish(from.node(), topic(from.room()), payload));
  }

  Connection publisher(int publisher) {
    int room = publisher / size.publishers();
    return members.get(room * size.subscribers() + publisher % size.publishers());
  }

  /** Each room gets a guest on each node in turn. */
  void guestComes() throws IOException {
    int node = guestsCame % servers.count();
    int room = guestsCame / servers.count() % size.rooms();
    guests.came(connect(new Place(Connection.GUEST, node, room)));
    guestsCame++;
  }

  Guests guests() {
    return guests;
  }

  /** Returns how often a member missed a message. */
  long lost(int[] sentByPublisher) {
    long lost = 0;
    for (Connection member : members) {
      for (int i = 0; i < size.publishers(); i++) {
        int sent = sentByPublisher[member.room() * size.publishers() + i];
        lost += ledger.lost(member.number(), i, sent);
      }
    }
    return lost;
  }

  long duplicates() {
    return ledger.duplicates();
  }

  long reordered() {
    return ledger.reordered();
  }

  /** Returns how many messages came to a room that they were not for. */
  long strays() {
    return strays;
  }

  void leave() {
    members.clear();
    client.leaveAll();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private Place place(int member) {
    return new Place(member, member % servers.count(), member / size.subscribers());
  }

  private Connection connect(Place place) throws IOException {
    int user = place.number() == Connection.GUEST ? size.members() + guestsCame : place.number();
    return client.connect(place, servers.port(place.node()), tokens.forUser(user));
  }

  private void register(Connection opened) throws IOException {
    String topic = topic(opened.room());
    if (opened.number() == Connection.GUEST && servers.side().acknowledges()) {
      opened.registerToBeAcknowledged(topic);
    } else {
      opened.register(topic);
    }
  }

  private void leave(Connection guest) {
    client.leave(guest);
  }

  private static String topic(int room) {
    return "bench:room-" + room;
  }

  private void receive(Connection by, int publisher, int sequence, long latencyNanos)
      throws IOException {
    int ofRoom = publisher - by.room() * size.publishers();
    if (ofRoom < 0 || ofRoom >= size.publishers()) {
      strays++;
    } else if (by.number() == Connection.GUEST) {
      guests.received(by, ofRoom, sequence);
    } else if (ledger.take(by.number(), ofRoom, sequence)) {
      whenReceived.received(by, publisher, sequence, latencyNanos);
    }
  }
}
