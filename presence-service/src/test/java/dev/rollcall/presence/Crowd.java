package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** People as they come in a chat, for measurements: a key and a meta of a common length. */
public final class Crowd {
  private Crowd() {}

  public static NodeId node(int number) {
    return new NodeId(String.format("node%04d", number));
  }

  public static String key(int user) {
    return "user-" + user;
  }

  public static String meta(int user) {
    return "{\"name\":\"User " + user + "\",\"device\":\"phone\"}";
  }

  public static Entry entry(NodeId node, long clock, String topic, int user) {
    return new Entry(new Ref(node, clock), null, topic, key(user), meta(user));
  }

  /** Returns as many entries of one node and topic, from clock 1 and user 0. */
  public static List<Entry> entries(NodeId node, String topic, int count) {
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(entry(node, i + 1, topic, i));
    }
    return entries;
  }

  /** Returns a delta that adds users after a clock. */
  public static Delta delta(
      NodeId node, long from, int count, int firstUser, IntFunction<String> topicOf) {
    List<Operation> operations = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long clock = from + i + 1;
      int user = firstUser + i;
      operations.add(new Operation(clock, entry(node, clock, topicOf.apply(user), user), 0, null));
    }
    return new Delta(node, from, operations);
  }
}
