package dev.rollcall.node;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerConnectionManager;
import com.hazelcast.internal.util.Clock;

/**
 * Ends those connections of the cluster manager to which the other side says nothing at all.
 *
 * <p>A process that stands still is still connected to: its host takes the connection, and nobody
 * answers. Hazelcast 5.7 has a first message ready that it may send only when it has heard the
 * other side's protocol; until then the thread that writes goes round and round over it, looks no
 * more whether any of its other connections can be written to, and takes a whole core. So the
 * heartbeats of those that are well stop too, on every member that tries to reach the one that is
 * not, and they all take one another for dead.
 *
 * <p>Hazelcast tries again a second later, and has been able to write in between.
 */
final class Handshakes {
  /** Far longer than a member that is well takes, and far shorter than heartbeats may stay away. */
  static final long ANSWER_MILLIS = 3_000;

  private Handshakes() {}

  static void endUnanswered(HazelcastInstance hazelcast) {
    ServerConnectionManager members =
        ((HazelcastInstanceProxy) hazelcast)
            .getOriginal()
            .node
            .getServer()
            .getConnectionManager(EndpointQualifier.MEMBER);
    long nowMillis = Clock.currentTimeMillis();
    for (ServerConnection connection : members.getConnections()) {
      boolean isAnswered = connection.lastReadTimeMillis() >= connection.getStartTime();
      if (!isAnswered && nowMillis - connection.getStartTime() > ANSWER_MILLIS) {
        connection.close("nobody answers", null);
      }
    }
  }
}
