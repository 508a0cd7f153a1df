package dev.rollcall.system;

import dev.rollcall.system.Kills.Aim;
import dev.rollcall.system.Kills.Hits;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Rooms while instances of chat-service are killed and their clients cut. What is posted and whom
 * it hits follows from the seed; what the processes do meanwhile does not. At last, when nobody
 * posts any more, two messages are left as by instances that died at the worst moments, of which no
 * other commit reminds anybody.
 *
 * @param returns how often clients lost their connection
 * @param loads how often one had to load a room, since it could not be told what it had missed
 */
record ChatKillRun(
    long seed,
    Hits hits,
    int messages,
    int deliveries,
    int returns,
    int loads,
    double seconds,
    List<String> faults) {

  private static final int MOST_PAUSE_MILLIS = 1_000;
  private static final int SOME = 30;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int AFTER_KIND = 40;

  static final String COLUMNS =
      "%6s %6s %10s %7s %9s %11s %8s %6s %5s %7s"
          .formatted(
              "seed",
              "kills",
              "unnumbered",
              "unsaid",
              "messages",
              "deliveries",
              "returns",
              "loads",
              "s",
              "faults");

  private static final List<Aim> AIMS = List.of(Aim.ANYWHERE, Aim.UNNUMBERED, Aim.ANYWHERE);

  /** Starts what a run needs; any number of runs may follow one another there. */
  static Deployment start() throws Exception {
    Layout layout =
        Layout.standard().with(Kind.CHAT, 2).with(Kind.ORDERS, 0).with(Kind.DASHBOARD, 0);
    return OwnSystem.start("chat-kill", layout);
  }

  /**
   * Runs it; some 10 s, and 5 s a kill. No other run on this system may have had the seed.
   *
   * @param aims whom to kill where, in an order that follows from the seed
   */
  static ChatKillRun of(Deployment system, long seed, List<Aim> aims) throws Exception {
    long beganNanos = System.nanoTime();
    try (Sql sql = Sql.of(system, ChatRecords.SCHEMA)) {
      ChatRecords records = new ChatRecords(sql);
      ChatCrowd crowd = new ChatCrowd(system, "kill-" + seed, seed);
      try {
        crowd.begin();
        Hits hits = strike(system, crowd, records, aims, new Random(seed));
        crowd.end();
        leaveSome(crowd, records);
        Faults faults = new Faults();
        settle(crowd, records, faults);
        new ChatVerdict(records, crowd, faults).check();
        return result(seed, hits, crowd, System.nanoTime() - beganNanos, faults);
      } finally {
        crowd.close();
      }
    }
  }

  private static Hits strike(
      Deployment system, ChatCrowd crowd, ChatRecords records, List<Aim> aims, Random random)
      throws Exception {
    Kills kills =
        new Kills(
            system, system.layout().instances(Kind.CHAT), new UntoldChat(records, crowd), random);
    List<Aim> shuffled = new ArrayList<>(aims);
    Collections.shuffle(shuffled, random);
    Hits hits = Hits.NONE;
    for (Aim aim : shuffled) {
      awaitPosts(crowd);
      Eventually.pass(Duration.ofMillis(random.nextInt(MOST_PAUSE_MILLIS)));
      hits = hits.and(kills.strike(aim));
    }
    awaitPosts(crowd);
    return hits;
  }

  private static void awaitPosts(ChatCrowd crowd) throws Exception {
    int before = crowd.answered().size();
    Eventually.await("more posts", SOON, () -> crowd.answered().size() >= before + SOME);
  }

  /** Everybody is in their rooms by then: nobody who comes back finds it. */
  private static void leaveSome(ChatCrowd crowd, ChatRecords records) throws Exception {
    Eventually.await("all that was posted is heard", SOON, () -> allHave(crowd, records));
    List<String> rooms = crowd.rooms();
    leave(crowd, rooms.get(0), records::leaveUnnumbered);
    leave(crowd, rooms.get(1), records::leaveUnsaid);
  }

  /** Leaves a message in a room. */
  private interface Leaving {
    void leave(String room, String clientId, String text) throws SQLException;
  }

  private static void leave(ChatCrowd crowd, String room, Leaving leaving) throws SQLException {
    String clientId = room + "-last";
    crowd.posted().put(clientId, "the last word");
    crowd.answered().put(clientId, crowd.heard("room:" + room) + 1);
    leaving.leave(room, clientId, "the last word");
  }

  /** What is broadcast again, as that of the dead, has arrived too by then. */
  private static void settle(ChatCrowd crowd, ChatRecords records, Faults faults) throws Exception {
    boolean settled =
        Eventually.holds(SOON, () -> allHave(crowd, records) && records.unsettled() == 0);
    faults.equal("all is told in time", settled, true);
  }

  private static boolean allHave(ChatCrowd crowd, ChatRecords records) throws SQLException {
    for (String room : crowd.rooms()) {
      String topic = "room:" + room;
      long last = records.lastNumber(room);
      for (ChatClient client : crowd.clients()) {
        RoomCopy copy = client.rooms().get(topic);
        if (copy != null && copy.position() < last) {
          return false;
        }
      }
    }
    return true;
  }

  /** What no client has yet. */
  private record UntoldChat(ChatRecords records, ChatCrowd crowd) implements Untold {
    @Override
    public long unnumbered() throws SQLException {
      return records.unnumbered();
    }

    @Override
    public List<Long> unsaid() throws SQLException {
      List<Long> unsaid = new ArrayList<>();
      for (int i = 0; i < crowd.rooms().size(); i++) {
        String topic = "room:" + crowd.rooms().get(i);
        long last = records.lastPosition(topic);
        for (long position = crowd.heard(topic) + 1; position <= last; position++) {
          unsaid.add(((long) i << AFTER_KIND) + position);
        }
      }
      return unsaid;
    }
  }

  private static ChatKillRun result(
      long seed, Hits hits, ChatCrowd crowd, long nanos, Faults faults) {
    return new ChatKillRun(
        seed,
        hits,
        crowd.answered().size(),
        sum(crowd, ChatKillRun::deliveries),
        sum(crowd, ChatClient::returns),
        sum(crowd, ChatClient::loads),
        nanos / 1e9,
        faults.lines());
  }

  private static int deliveries(ChatClient client) {
    return client.rooms().values().stream().mapToInt(copy -> copy.delivered().size()).sum();
  }

  private static int sum(ChatCrowd crowd, ToIntFunction<ChatClient> number) {
    return crowd.clients().stream().mapToInt(number).sum();
  }

  String row() {
    return "%6d %6d %10d %7d %9d %11d %8d %6d %5.0f %7d"
        .formatted(
            seed,
            hits.kills(),
            hits.unnumbered(),
            hits.unsaid(),
            messages,
            deliveries,
            returns,
            loads,
            seconds,
            faults.size());
  }

  /** {@code [--runs 20] [--seed N]}: a row for each run; exits with 1 where there is a fault. */
  public static void main(String[] args) throws Exception {
    Words words = Words.of(args, "--runs", "--seed");
    long first = words.number("--seed", TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) % 100_000);
    long runs = words.number("--runs", 20);
    boolean faulty = false;
    try (Deployment system = start()) {
      System.out.println(COLUMNS);
      for (long seed = first; seed < first + runs; seed++) {
        ChatKillRun run = of(system, seed, AIMS);
        System.out.println(run.row());
        run.faults().forEach(fault -> System.out.println("       " + fault));
        faulty |= !run.faults().isEmpty();
      }
    }
    System.exit(faulty ? 1 : 0);
  }
}
