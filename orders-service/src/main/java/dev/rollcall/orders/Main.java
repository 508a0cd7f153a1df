package dev.rollcall.orders;

import dev.rollcall.node.Node;

/** Starts an instance of orders-service. */
final class Main {
  private Main() {}

  public static void main(String[] args) {
    Node.run("orders-service", OrdersVerticle::new);
  }
}
