package dev.rollcall.replica;

import dev.rollcall.node.Node;

/** Starts presence-service. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Node.run("presence-service", ReplicaVerticle::new);
  }
}
