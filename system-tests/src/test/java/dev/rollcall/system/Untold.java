package dev.rollcall.system;

import java.sql.SQLException;
import java.util.List;

/** What a system has committed, and nobody has heard of yet. */
interface Untold {
  /** Returns how much has no position yet. */
  long unnumbered() throws SQLException;

  /** Returns what has a position and was not heard yet, each as a number of its own. */
  List<Long> unsaid() throws SQLException;
}
