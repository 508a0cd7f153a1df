package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Keeps what a replica sends, in order. */
final class RecordingOutbox implements Outbox {
  /**
   * One message.
   *
   * @param to {@code n1}, {@code n1 n2}, {@code all nodes}, {@code replica r2} or {@code all
   *     replicas}
   */
  record Sent(String to, PresenceMessage message) {}

  private final List<Sent> sent = new ArrayList<>();

  @Override
  public void toNode(NodeId node, PresenceMessage message) {
    sent.add(new Sent(node.value(), message));
  }

  @Override
  public void toNodes(Collection<NodeId> nodes, PresenceMessage message) {
    String to = nodes.stream().map(NodeId::value).sorted().collect(Collectors.joining(" "));
    sent.add(new Sent(to, message));
  }

  @Override
  public void toAllNodes(PresenceMessage message) {
    sent.add(new Sent("all nodes", message));
  }

  @Override
  public void toReplica(NodeId replica, PresenceMessage message) {
    sent.add(new Sent("replica " + replica, message));
  }

  @Override
  public void toAllReplicas(PresenceMessage message) {
    sent.add(new Sent("all replicas", message));
  }

  void clear() {
    sent.clear();
  }

  /** Returns the messages of that kind, with their addressees. */
  List<Sent> sent(Class<? extends PresenceMessage> kind) {
    return sent.stream().filter(one -> kind.isInstance(one.message())).toList();
  }

  /** Returns the messages of that kind, whoever they went to. */
  <T extends PresenceMessage> List<T> messages(Class<T> kind) {
    return sent.stream().map(Sent::message).filter(kind::isInstance).map(kind::cast).toList();
  }

  <T extends PresenceMessage> T last(Class<T> kind) {
    List<T> messages = messages(kind);
    return messages.get(messages.size() - 1);
  }
}
