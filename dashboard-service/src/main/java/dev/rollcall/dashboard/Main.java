package dev.rollcall.dashboard;

import dev.rollcall.node.Node;

/** Starts an instance of dashboard-service. */
final class Main {
  private Main() {}

  public static void main(String[] args) {
    Node.run("dashboard-service", DashboardVerticle::new);
  }
}
