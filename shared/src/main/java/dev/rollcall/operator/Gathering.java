package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Asks every node that this one's list of members has. Pages that ask at about the same time are
 * given the same answer: what they cost the cluster does not grow with them.
 */
final class Gathering {
  private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final OwnNode own;
  private final OperatorBus bus;
  private Future<ClusterReport> latest = Future.failedFuture("none yet");
  private long latestNanos;

  Gathering(OwnNode own, OperatorBus bus) {
    this.own = own;
    this.bus = bus;
  }

  /** Returns what all nodes say, within some two seconds, whoever is silent. */
  synchronized Future<ClusterReport> report() {
    boolean fresh = System.nanoTime() - latestNanos < SHARED_NANOS;
    if (latest.failed() || (latest.isComplete() && !fresh)) {
      latestNanos = System.nanoTime();
      latest = gather();
    }
    return latest;
  }

  /** Something was done, after which it counts how all are now. */
  synchronized void forget() {
    latest = Future.failedFuture("of before");
  }

  /** Returns the nodes on the list of members; this one is there in any case. */
  Collection<ListedNode> listed() {
    Map<NodeId, ListedNode> all = new LinkedHashMap<>();
    Stream.concat(own.listed().stream(), Stream.of(new ListedNode(own.id(), own.service(), "")))
        .forEach(listed -> all.putIfAbsent(listed.node(), listed));
    return all.values();
  }

  private Future<ClusterReport> gather() {
    long startedNanos = System.nanoTime();
    Map<ListedNode, Future<NodeReport>> asked = new LinkedHashMap<>();
    listed().forEach(each -> asked.put(each, bus.report(each.node())));
    return Future.join(List.copyOf(asked.values()))
        .transform(all -> refine(succeeded(asked, ListedNode::node)))
        .map(topics -> report(asked, topics, System.nanoTime() - startedNanos));
  }

  /** Of topics that are large on one node others may have some too, but not among their largest. */
  private Future<TopicTable> refine(Map<NodeId, NodeReport> reports) {
    TopicTable table = new TopicTable(reports);
    Map<NodeId, Future<TopicCounts>> asked = new LinkedHashMap<>();
    table.incomplete().forEach(node -> asked.put(node, bus.counts(node, table.topics())));
    return asked.isEmpty()
        ? Future.succeededFuture(table)
        : Future.join(List.copyOf(asked.values()))
            .transform(
                all ->
                    Future.succeededFuture(
                        table.completedBy(succeeded(asked, Function.identity()))));
  }

  private ClusterReport report(
      Map<ListedNode, Future<NodeReport>> asked, TopicTable topics, long tookNanos) {
    Map<NodeId, String> silent = new HashMap<>();
    asked.forEach(
        (listed, answer) -> {
          if (answer.failed()) {
            silent.put(listed.node(), why(answer.cause()));
          }
        });
    return new ClusterReport(
        own.id(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        TimeUnit.NANOSECONDS.toMillis(tookNanos),
        List.copyOf(asked.keySet()),
        succeeded(asked, ListedNode::node),
        silent,
        topics);
  }

  private static <K, T> Map<NodeId, T> succeeded(
      Map<K, Future<T>> asked, Function<K, NodeId> node) {
    Map<NodeId, T> answers = new HashMap<>();
    asked.forEach(
        (key, answer) -> {
          if (answer.succeeded()) {
            answers.put(node.apply(key), answer.result());
          }
        });
    return answers;
  }

  /** What can't be read is of another version; who has no answer may not be asked that yet. */
  private static String why(Throwable fault) {
    if (!(fault instanceof ReplyException reply)) {
      return "unreadable";
    }
    return reply.failureType() == ReplyFailure.RECIPIENT_FAILURE ? "failed" : "silent";
  }
}
