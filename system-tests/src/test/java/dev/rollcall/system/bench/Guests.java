package dev.rollcall.system.bench;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Those who come and go, and what they missed. Where registers are acknowledged, a guest whose turn
 * it is to leave waits for that, and for all that was sent by then; what has not come after a while
 * is lost. Where they are not it leaves at once, and nobody can say what it should have got.
 */
final class Guests {
  private static final long GIVEN_UP_NANOS = 20_000_000_000L;

  private final boolean areAcknowledged;
  private final int publishersOfRoom;
  private final int[] sent;
  private final Consumer<Connection> whenDone;
  private final Map<Connection, Visit> visits = new HashMap<>();
  private final Deque<Connection> staying = new ArrayDeque<>();
  private final Deque<Leaving> leaving = new ArrayDeque<>();
  private int observed;
  private int unobserved;
  private long received;
  private long lost;
  private long duplicates;
  private long reordered;

  private record Leaving(Connection guest, Visit visit, long sinceNanos) {}

  /**
   * Nobody, as yet.
   *
   * @param areAcknowledged whether they are told that they are registered
   * @param whenDone told of each guest that may close its connection
   */
  Guests(boolean areAcknowledged, Crowd.Size size, Consumer<Connection> whenDone) {
    this.areAcknowledged = areAcknowledged;
    this.publishersOfRoom = size.publishers();
    this.sent = new int[size.allPublishers()];
    this.whenDone = whenDone;
  }

  void came(Connection guest) {
    visits.put(guest, new Visit(publishersOfRoom));
    staying.add(guest);
  }

  /** A publisher sends the message with this number: nobody has it yet. */
  void sent(int publisher, int number) {
    sent[publisher] = number;
  }

  void acknowledged(Connection guest) {
    Visit visit = visits.get(guest);
    visit.acknowledge(sentTo(guest));
    if (!staying.contains(guest)) {
      visit.end(sentTo(guest));
    }
  }

  void received(Connection guest, int publisherOfRoom, int number) {
    received++;
    visits.get(guest).take(publisherOfRoom, number);
  }

  /** Has those leave who were there first, but for so many. */
  void keep(double count, long nowNanos) {
    while (staying.size() > count) {
      Connection guest = staying.remove();
      Visit visit = visits.get(guest);
      if (visit.acknowledged()) {
        visit.end(sentTo(guest));
      }
      leaving.add(new Leaving(guest, visit, nowNanos));
    }
  }

  /** Lets those go who wait for nothing any more; returns whether none is left who does. */
  boolean seeOff(long nowNanos) {
    leaving.removeIf(one -> mayGo(one, nowNanos) && done(one));
    return leaving.isEmpty();
  }

  /** Lets all go who are to leave, whatever they wait for. */
  void sendOff() {
    leaving.removeIf(this::done);
  }

  /** Returns how many have gone of whom it is known what they should have got. */
  int observed() {
    return observed;
  }

  /** Returns how many have gone of whom it is not: the word never came, or the connection ended. */
  int unobserved() {
    return unobserved;
  }

  /** Returns how many messages came to guests, whether they had to or not. */
  long received() {
    return received;
  }

  /** Returns how often one that was observed missed a message. */
  long lost() {
    return lost;
  }

  long duplicates() {
    return duplicates;
  }

  long reordered() {
    return reordered;
  }

  private boolean mayGo(Leaving one, long nowNanos) {
    return !areAcknowledged
        || one.guest().closed()
        || nowNanos - one.sinceNanos() > GIVEN_UP_NANOS
        || (one.visit().acknowledged() && one.visit().missing() == 0);
  }

  /** A connection that the server ended is an error of its own. */
  private static boolean observable(Leaving one) {
    return one.visit().acknowledged() && !one.guest().closed();
  }

  private boolean done(Leaving one) {
    if (observable(one)) {
      observed++;
      lost += one.visit().missing();
    } else {
      unobserved++;
    }
    duplicates += one.visit().duplicates();
    reordered += one.visit().reordered();
    visits.remove(one.guest());
    whenDone.accept(one.guest());
    return true;
  }

  private int[] sentTo(Connection guest) {
    int first = guest.room() * publishersOfRoom;
    return Arrays.copyOfRange(sent, first, first + publishersOfRoom);
  }
}
