package dev.rollcall.dashboard;

import io.vertx.core.Future;
import java.util.List;

/** The orders, wherever they are. A question may fail, and does so within seconds. */
interface Orders {
  Future<Stats> stats();

  /** Returns the newest, as many as the board shows. */
  Future<List<Order>> newest();
}
