package dev.rollcall.system;

import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A node in this process that writes down all that is broadcast on a topic, as it comes. What it
 * heard may be read from any thread.
 */
final class TopicListener {
  /** What was heard, and when. */
  record Heard(Message message, Instant at) {}

  private final String topic;
  private final Consumer<Message> also;
  private final List<Heard> heard = new ArrayList<>();
  private final BitSet positions = new BitSet();
  private Node node;

  private TopicListener(String topic, Consumer<Message> also) {
    this.topic = topic;
    this.also = also;
  }

  /**
   * Joins the cluster of a system; returns once every broadcast is heard.
   *
   * @param also told of each message at once; must not block
   */
  static TopicListener join(Deployment system, String topic, Consumer<Message> also)
      throws Exception {
    TopicListener listener = new TopicListener(topic, also);
    List<Instance> members = system.layout().instances();
    Map<String, String> environment = system.environment();
    environment.put(
        "ROLLCALL_CLUSTER_PORT", String.valueOf(members.get(members.size() - 1).clusterPort() + 2));
    listener.node =
        PresenceCluster.await(
            Node.start("listener", new Environment(environment), listener::verticle));
    return listener;
  }

  private VerticleBase verticle(Node joined) {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        joined.pubSub().subscribe(topic, TopicListener.this::hear);
        return Future.succeededFuture();
      }
    };
  }

  private void hear(Message message) {
    write(new Heard(message, Instant.now()));
    also.accept(message);
  }

  private synchronized void write(Heard one) {
    heard.add(one);
    positions.set((int) one.message().position());
  }

  synchronized List<Heard> heard() {
    return List.copyOf(heard);
  }

  /** Returns the positions up to that one which were not heard yet. */
  synchronized List<Long> unheard(long last) {
    List<Long> unheard = new ArrayList<>();
    for (int next = positions.nextClearBit(1); next <= last; ) {
      unheard.add((long) next);
      next = positions.nextClearBit(next + 1);
    }
    return unheard;
  }

  void close() throws Exception {
    PresenceCluster.await(node.close());
  }
}
