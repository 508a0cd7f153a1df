package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;

/**
 * A node as the list of members has it, which it is on before it can be asked, and when it can't.
 *
 * @param host the address that the others reach it at
 */
public record ListedNode(NodeId node, String service, String host) {}
