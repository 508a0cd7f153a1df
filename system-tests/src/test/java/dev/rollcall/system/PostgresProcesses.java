package dev.rollcall.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The processes of a system's PostgreSQL: one that has all others for children. */
record PostgresProcesses(Deployment system) {
  /** Ends all of them at once, as a crash would: what is not in the log of commits is lost. */
  void crash() throws Exception {
    Signal.QUIT.to(List.of(postmaster()));
    if (!system.child(Deployment.DATABASE).endsWithin(Duration.ofSeconds(20))) {
      throw new IllegalStateException("the database does not end");
    }
  }

  /** They keep their connections and answer nothing, until {@link #goOn}. */
  void freeze() throws IOException, InterruptedException {
    // The one that starts others first.
    Signal.STOP.to(List.of(postmaster()));
    Signal.STOP.to(all());
  }

  void goOn() throws IOException, InterruptedException {
    Signal.CONT.to(all());
  }

  private List<Long> all() throws IOException {
    ProcessHandle postmaster = ProcessHandle.of(postmaster()).orElseThrow();
    return Stream.concat(Stream.of(postmaster), postmaster.descendants())
        .map(ProcessHandle::pid)
        .toList();
  }

  private long postmaster() throws IOException {
    Path file = system.data().resolve("postgres").resolve("postmaster.pid");
    return Long.parseLong(Files.readAllLines(file).get(0).strip());
  }
}
