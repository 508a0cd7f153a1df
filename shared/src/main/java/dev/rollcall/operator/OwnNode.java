package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** What the node that an operator's part is on knows of itself. Must not block. */
public interface OwnNode {
  NodeId id();

  String service();

  /** Returns what its host is called, empty where that is not known: on Kubernetes the pod. */
  String pod();

  /** Returns the nodes that its list of members has, itself included. */
  List<ListedNode> listed();

  /** Returns how many consumers of each address of a service it has registered. */
  Map<String, Integer> registrations();

  Future<Condition> condition();
}
