package dev.rollcall.pubsub;

import java.util.Set;

/**
 * Who is in the cluster, in the cluster manager's own names. A cheap local read that must not
 * block: it may be late, and tells nothing of whether a member can be reached.
 */
public interface Membership {
  /** Returns the member that this process is. */
  String self();

  /** Returns all members that are nodes of Rollcall, this process included. */
  Set<String> members();

  /**
   * Returns the nodes that run on the members, this one included, but for those that have said
   * goodbye: nothing is sent to them any more.
   */
  Set<NodeId> nodes();

  /**
   * Told each second which members are out of reach: they do not hear this node, or are not heard
   * by it, for longer than a start or a death takes to be known. Repairs what it can.
   */
  default void unreached(Set<String> members) {}
}
