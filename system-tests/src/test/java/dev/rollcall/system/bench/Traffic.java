package dev.rollcall.system.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Messages through the servers to a crowd, and what that takes. */
final class Traffic implements AutoCloseable {
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final Duration WARM_WITHIN = Duration.ofSeconds(40);
  private static final Duration WARM_STEP = Duration.ofMillis(500);
  private static final long TURN_NANOS = 20_000_000;

  /** For how many seconds a guest stays. */
  private static final int STAY_SECONDS = 2;

  /**
   * What was measured.
   *
   * @param deliveries within the time
   * @param latencies within the time, and of what was under way at its end: it may be the slowest
   * @param lost of the whole run, by members who were there from before the first message
   * @param guests whom a bridge told that they are registered, of the whole run
   * @param lostByGuests what they missed from then on until they left
   * @param cpuSeconds of the servers, within the time
   * @param clientCpu the share of one core that the client took: near 1, it was the limit
   * @param othersCpu how many cores others took meanwhile: where it is much, doubt the rest
   */
  record Result(
      long deliveries,
      double seconds,
      double cpuSeconds,
      double clientCpu,
      double othersCpu,
      long allocatedBytes,
      Histogram latencies,
      long lost,
      int guests,
      long lostByGuests,
      long duplicates,
      long reordered,
      int errors,
      String problem) {

    double perSecond() {
      return deliveries / seconds;
    }

    double millis(double quantile) {
      return latencies.quantile(quantile) / 1e6;
    }
  }

  private final Servers servers;
  private final Load load;
  private final Crowd crowd;
  private final Guests guests;
  private final Publisher[] publishers;
  private Histogram latencies = new Histogram();
  private long deliveries;
  private boolean sending;
  private long startedNanos;
  private long guestsCame;
  private long dueMessages;

  Traffic(Servers servers, Tokens tokens, Crowd.Size size, Framing framing, Duration nap, Load load)
      throws IOException {
    this.servers = servers;
    this.load = load;
    int receipts = load.untilAllHave() ? size.subscribers() : 1;
    this.publishers =
        IntStream.range(0, size.allPublishers())
            .mapToObj(i -> new Publisher(load.window(), receipts))
            .toArray(Publisher[]::new);
    this.crowd = new Crowd(servers, tokens, size, framing, nap, this::receive);
    this.guests = crowd.guests();
  }

  /** Comes, warms up, measures, and waits for what is still under way. */
  Result run() throws IOException, InterruptedException {
    crowd.come();
    crowd.hearProbes();
    sending = true;
    startedNanos = System.nanoTime();
    warmUp();

    latencies = new Histogram();
    long allocated = servers.ask(ServerLife.ALLOCATED);
    long delivered = deliveries + guests.received();
    double cpuSeconds = servers.cpuSeconds();
    double busySeconds = Machine.busySeconds();
    long clientNanos = clientNanos();
    long fromNanos = System.nanoTime();
    send(load.time());
    double seconds = (System.nanoTime() - fromNanos) / 1e9;
    cpuSeconds = servers.cpuSeconds() - cpuSeconds;
    clientNanos = clientNanos() - clientNanos;
    busySeconds = Machine.busySeconds() - busySeconds;
    delivered = deliveries + guests.received() - delivered;
    allocated = servers.ask(ServerLife.ALLOCATED) - allocated;

    sending = false;
    int[] sent = IntStream.range(0, publishers.length).map(i -> publishers[i].sent()).toArray();
    guests.keep(0, System.nanoTime());
    crowd.client().runUntil(() -> guests.seeOff(System.nanoTime()) && crowd.lost(sent) == 0, DRAIN);
    guests.sendOff();
    return new Result(
        delivered,
        seconds,
        cpuSeconds,
        clientNanos / 1e9 / seconds,
        Math.max(0, busySeconds - cpuSeconds - clientNanos / 1e9) / seconds,
        allocated,
        latencies,
        crowd.lost(sent),
        guests.observed(),
        guests.lost(),
        crowd.duplicates() + crowd.strays() + guests.duplicates(),
        crowd.reordered() + guests.reordered(),
        crowd.client().refusals() + crowd.client().lost(),
        problem());
  }

  @Override
  public void close() throws IOException {
    crowd.close();
  }

  private void warmUp() throws IOException {
    double enough = servers.cpuSeconds() + load.warmupCpuSeconds() * servers.count();
    long deadlineNanos = System.nanoTime() + WARM_WITHIN.toNanos();
    send(load.warmup());
    while (servers.cpuSeconds() < enough && System.nanoTime() < deadlineNanos) {
      send(WARM_STEP);
    }
  }

  private void send(Duration time) throws IOException {
    long endNanos = System.nanoTime() + time.toNanos();
    long nowNanos = System.nanoTime();
    while (nowNanos < endNanos) {
      long dueNanos = load.paced() ? sendPaced(nowNanos) : sendByWindow(nowNanos);
      letGuestsComeAndGo(nowNanos);
      crowd.client().turn(Math.min(endNanos, dueNanos));
      nowNanos = System.nanoTime();
    }
  }

  /** Each message says when it was due, so that a client that is late hides nothing. */
  private long sendPaced(long nowNanos) throws IOException {
    long dueNanos = dueNanos();
    while (dueNanos <= nowNanos) {
      int publisher = (int) (dueMessages % publishers.length);
      crowd.publish(publisher, publishers[publisher].next(nowNanos), dueNanos);
      dueMessages++;
      dueNanos = dueNanos();
    }
    return dueNanos;
  }

  private long dueNanos() {
    return startedNanos + (long) (dueMessages * 1e9 / load.messagesPerSecond());
  }

  /** Fills all windows; from then on each message that is back sends the next. */
  private long sendByWindow(long nowNanos) throws IOException {
    for (int i = 0; i < publishers.length; i++) {
      publishers[i].giveUpLost(nowNanos);
      sendAllowed(i);
    }
    return nowNanos + TURN_NANOS;
  }

  private void sendAllowed(int publisher) throws IOException {
    while (sending && publishers[publisher].maySend()) {
      long nowNanos = System.nanoTime();
      crowd.publish(publisher, publishers[publisher].next(nowNanos), nowNanos);
    }
  }

  private void receive(Connection by, int publisher, int sequence, long latencyNanos)
      throws IOException {
    deliveries++;
    latencies.add(latencyNanos);
    if (!load.paced() && (load.untilAllHave() || by == crowd.publisher(publisher))) {
      publishers[publisher].received(sequence);
      sendAllowed(publisher);
    }
  }

  private void letGuestsComeAndGo(long nowNanos) throws IOException {
    double due = (nowNanos - startedNanos) / 1e9 * load.guestsPerSecond();
    while (guestsCame < (long) due) {
      guestsCame++;
      crowd.guestComes();
    }
    guests.keep(STAY_SECONDS * load.guestsPerSecond(), nowNanos);
    guests.seeOff(nowNanos);
  }

  /** Returns what to say of a run that was not as it should be. */
  private String problem() {
    int stalls = Arrays.stream(publishers).mapToInt(Publisher::stalls).sum();
    String waited = stalls == 0 ? "" : "publishers waited in vain %d times; ".formatted(stalls);
    return waited + unobserved() + crowd.client().problem();
  }

  private String unobserved() {
    return guests.unobserved() == 0 || !servers.side().acknowledges()
        ? ""
        : "%d guests left unobserved; ".formatted(guests.unobserved());
  }

  private static long clientNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
