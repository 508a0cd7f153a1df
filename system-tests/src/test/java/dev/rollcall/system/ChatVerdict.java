package dev.rollcall.system;

import dev.rollcall.system.ChatRecords.Stored;
import dev.rollcall.system.RoomCopy.Delivered;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must hold when nobody posts any more: what was answered, what is stored and what each client
 * has are the same messages, and each was delivered once and in order.
 */
final class ChatVerdict {
  private final ChatRecords records;
  private final ChatCrowd crowd;
  private final Faults faults;

  ChatVerdict(ChatRecords records, ChatCrowd crowd, Faults faults) {
    this.records = records;
    this.crowd = crowd;
    this.faults = faults;
  }

  /** Adds what does not hold. */
  void check() throws SQLException {
    faults.equal("committed and never numbered", records.unnumbered(), 0L);
    Map<String, List<Stored>> stored = new HashMap<>();
    for (String room : crowd.rooms()) {
      stored.put(room, records.messages(room));
      checkNumbers(room, stored.get(room));
    }
    checkPosts(stored.values().stream().flatMap(List::stream).toList());
    for (ChatClient client : crowd.clients()) {
      faults.none("told " + client.user(), client.errors());
      for (RoomCopy copy : client.rooms().values()) {
        checkCopy(client.user() + " in " + copy.room(), copy, stored.get(copy.room()));
      }
    }
  }

  private void checkNumbers(String room, List<Stored> stored) throws SQLException {
    List<Long> numbers = stored.stream().map(Stored::number).toList();
    faults.none("numbers of " + room + " out of turn", outOfTurn(numbers));
    faults.equal("last number of " + room, records.lastNumber(room), (long) stored.size());
    faults.equal(
        "announcements of " + room, records.lastPosition("room:" + room), (long) stored.size());
  }

  /** Each that follows another by more or less than one, from 0 on. */
  private static List<String> outOfTurn(List<Long> numbers) {
    List<String> wrong = new ArrayList<>();
    long before = 0;
    for (long number : numbers) {
      if (number != before + 1) {
        wrong.add(number + " after " + before);
      }
      before = number;
    }
    return wrong;
  }

  private void checkPosts(List<Stored> stored) {
    Map<String, Long> numbers = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    Set<String> twice = new HashSet<>();
    for (Stored each : stored) {
      texts.put(each.clientId(), each.text());
      if (numbers.put(each.clientId(), each.number()) != null) {
        twice.add(each.clientId());
      }
    }
    faults.none("posted once and stored twice", twice);
    faults.same("posts answered", numbers.entrySet(), crowd.answered().entrySet());
    faults.same("texts stored", texts.entrySet(), crowd.posted().entrySet());
  }

  private void checkCopy(String where, RoomCopy copy, List<Stored> stored) {
    List<Delivered> delivered = copy.delivered();
    Set<Long> positions = new HashSet<>();
    List<Delivered> again =
        delivered.stream().filter(each -> !positions.add(each.position())).toList();
    faults.none("delivered again to " + where, again);
    faults.none("left out without a word to " + where, copy.gaps());
    faults.none("delivered out of order to " + where, outOfOrder(delivered));
    Map<Long, String> has = new HashMap<>(copy.loaded());
    delivered.forEach(each -> has.put(each.number(), each.text()));
    Map<Long, String> must = new HashMap<>();
    stored.forEach(each -> must.put(each.number(), each.text()));
    faults.same("messages of " + where, has.entrySet(), must.entrySet());
  }

  private static List<String> outOfOrder(List<Delivered> delivered) {
    List<String> wrong = new ArrayList<>();
    for (int i = 1; i < delivered.size(); i++) {
      Delivered before = delivered.get(i - 1);
      Delivered each = delivered.get(i);
      if (each.position() < before.position() || each.number() < before.number()) {
        wrong.add(each.position() + " after " + before.position());
      }
    }
    return wrong;
  }
}
