package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Relay;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.Standing;
import dev.rollcall.presence.StoryNode;
import dev.rollcall.pubsub.NodeId;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Messages as stories write them, in short; their folder's README explains it. */
final class Notation {
  private Notation() {}

  static String of(PresenceMessage message) {
    if (message instanceof Beat beat) {
      return "beat " + beat.number() + ", clock " + beat.clock();
    } else if (message instanceof Delta delta) {
      return "delta " + delta.node() + " " + delta.from() + ".." + delta.to() + operations(delta);
    } else if (message instanceof Snapshot snapshot) {
      return "snapshot " + snapshot.node() + "@" + snapshot.clock() + ":" + list(snapshot);
    } else if (message instanceof Goodbye goodbye) {
      return "goodbye " + goodbye.node() + "@" + goodbye.clock();
    } else if (message instanceof Pull pull) {
      return "pull " + pull.node() + " after " + pull.after();
    } else if (message instanceof Digest digest) {
      return of(digest);
    } else if (message instanceof Readiness word) {
      String ready = word.ready() ? "ready" : "not ready";
      return ready
          + ", knows as ready: "
          + (word.others().isEmpty() ? "none" : names(word.others()));
    }
    return ofViews(message);
  }

  private static String ofViews(PresenceMessage message) {
    if (message instanceof Diff diff) {
      return "diff " + diff.topic() + " " + position(diff.position()) + changes(diff);
    } else if (message instanceof Ask ask) {
      String way = ask.via() == null ? "" : ", of " + ask.owner() + " by way of " + ask.via();
      return "ask " + each(ask.topics(), (topic, at) -> topic + standing(at)) + way;
    } else if (message instanceof Answer answer) {
      return "answer " + of(answer);
    } else if (message instanceof Relay relay) {
      return "relay to " + relay.to() + ": " + of(relay.message());
    }
    // No story has it yet: as the record writes itself.
    return message.toString();
  }

  private static String of(Digest digest) {
    String ready = digest.ready() ? "ready" : "not ready";
    String up = digest.nodes().isEmpty() ? "none" : each(digest.nodes(), Notation::progress);
    String gone = each(digest.departed(), Notation::clock);
    return "digest " + ready + ", up: " + up + (gone.isEmpty() ? "" : ", gone: " + gone);
  }

  private static String of(Answer answer) {
    Stream<String> states = answer.states().stream().map(state -> of(state, answer.clocks()));
    String same = each(answer.same(), (topic, at) -> topic + " same, now " + position(at));
    String elsewhere = each(answer.elsewhere(), (topic, owner) -> topic + " is with " + owner);
    return Stream.concat(states, Stream.of(same, elsewhere))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static String of(State state, Map<NodeId, Long> clocks) {
    Map<NodeId, Long> known = new TreeMap<>(clocks);
    known.values().removeIf(clock -> clock == 0);
    String list = list(state.entries());
    String as = known.isEmpty() ? "" : ", as of " + each(known, Notation::clock);
    return state.topic() + " " + position(state.position()) + ":" + list + as;
  }

  private static String operations(Delta delta) {
    return delta.operations().stream()
        .map(operation -> of(delta.node(), operation))
        .collect(Collectors.joining());
  }

  private static String of(NodeId node, Operation operation) {
    return operation.added() == null
        ? " -" + node + ":" + operation.removed() + " " + operation.reason()
        : " +" + StoryNode.name(operation.added());
  }

  private static String changes(Diff diff) {
    return words(diff.joins(), entry -> " +" + StoryNode.name(entry))
        + words(diff.leaves(), Notation::of);
  }

  private static String of(Leave leave) {
    return " -" + leave.ref() + " " + leave.reason();
  }

  private static String list(Snapshot snapshot) {
    return list(snapshot.entries());
  }

  private static String list(Collection<Entry> entries) {
    return entries.isEmpty() ? " nobody" : words(entries, entry -> " " + StoryNode.name(entry));
  }

  /** In their own order: the same people come in another in each implementation of a map. */
  private static <T> String words(Collection<T> all, Function<T, String> word) {
    return all.stream().map(word).sorted().collect(Collectors.joining());
  }

  private static String standing(Standing standing) {
    return standing.position() == null ? ", has nothing" : ", has " + position(standing.position());
  }

  private static String position(Position at) {
    return at.epoch().counter() + "." + at.epoch().replica() + " #" + at.number();
  }

  private static String progress(NodeId node, Progress progress) {
    return progress.clock() == 0 ? node.value() : clock(node, progress.clock());
  }

  private static String clock(NodeId node, long clock) {
    return node + "@" + (clock == Long.MAX_VALUE ? "down" : clock);
  }

  private static String names(Collection<NodeId> nodes) {
    return new TreeSet<>(nodes).stream().map(NodeId::value).collect(Collectors.joining(" "));
  }

  private static <K, V> String each(Map<K, V> map, BiFunction<K, V, String> word) {
    return new TreeMap<>(map)
        .entrySet().stream()
            .map(one -> word.apply(one.getKey(), one.getValue()))
            .collect(Collectors.joining(" "));
  }
}
