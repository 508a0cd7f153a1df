package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Map;

/**
 * Who hears whom, as a matrix: a row for each node, in it a letter for each node in the same order.
 *
 * <ul>
 *   <li>{@code =} itself
 *   <li>{@code +} hears it
 *   <li>{@code -} does not hear it, though its list of members has it
 *   <li>{@code !} hears it, though its list of members has it not
 *   <li>{@code .} neither hears it nor has it on the list: it is on another side, or has just come
 *   <li>{@code ~} does not answer, but the other one has it from its beacon that it hears it
 *   <li>{@code ?} does not answer, and nobody knows
 * </ul>
 */
final class Hearing {
  private final Collection<NodeId> nodes;
  private final Map<NodeId, NodeReport> reports;

  Hearing(Collection<NodeId> nodes, Map<NodeId, NodeReport> reports) {
    this.nodes = nodes;
    this.reports = reports;
  }

  JsonObject toJson() {
    JsonObject rows = new JsonObject();
    nodes.forEach(node -> rows.put(node.value(), row(node)));
    return rows;
  }

  private String row(NodeId node) {
    StringBuilder row = new StringBuilder();
    nodes.forEach(other -> row.append(node.equals(other) ? '=' : letter(node, other)));
    return row.toString();
  }

  private char letter(NodeId node, NodeId other) {
    NodeReport said = reports.get(node);
    if (said == null) {
      NodeReport saysTheOther = reports.get(other);
      boolean isHeard = saysTheOther != null && saysTheOther.heardBy().contains(node);
      return isHeard ? '~' : '?';
    }
    if (said.lists().contains(other)) {
      return said.hears().contains(other) ? '+' : '-';
    }
    return said.hears().contains(other) ? '!' : '.';
  }
}
