package dev.rollcall.dashboard;

import dev.rollcall.node.Node;

/** Starts dashboard-service. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Node.run("dashboard-service", DashboardVerticle::new);
  }
}
