package dev.rollcall.replica;

import dev.rollcall.node.Node;
import dev.rollcall.presence.PresenceBus;

/** Runs one replica as a process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Node.run(PresenceBus.SERVICE, ReplicaVerticle::new);
  }
}
