package dev.rollcall.chat;

import dev.rollcall.node.Node;

/** Starts an instance of chat-service. */
final class Main {
  private Main() {}

  public static void main(String[] args) {
    Node.run("chat-service", ChatVerticle::new);
  }
}
