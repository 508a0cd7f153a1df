package dev.rollcall.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the system tells a process, by {@code kill}. */
public enum Signal {
  /** Stands still, wherever it is, until {@link #CONT}. */
  STOP,
  CONT,
  /** To a server: reads its files again. */
  HUP,
  /** Of PostgreSQL: ends at once, without writing what it has in memory. */
  QUIT,
  KILL;

  /** Sends it to all of them; returns when it has arrived. */
  public void to(Collection<Long> pids) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name()));
    pids.forEach(pid -> command.add(pid.toString()));
    Process kill = new ProcessBuilder(command).inheritIO().start();
    if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IllegalStateException("failed: " + String.join(" ", command));
    }
  }
}
