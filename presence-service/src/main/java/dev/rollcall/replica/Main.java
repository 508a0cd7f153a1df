package dev.rollcall.replica;

import dev.rollcall.node.Node;

/** Runs one replica as a process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Node.run("presence-service", ReplicaVerticle::new);
  }
}
