package dev.rollcall.chat;

import dev.rollcall.node.Node;

/** Starts chat-service. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Node.run("chat-service", ChatVerticle::new);
  }
}
