package dev.rollcall.system;

import java.nio.file.Path;

/** A system that a test or a measurement has for itself, to do to it what it likes. */
final class OwnSystem {
  /** Away from those of a demo, and of the tests that share one system. */
  private static final int FIRST_OFFSET = 6_000;

  private OwnSystem() {}

  /**
   * Starts one; whoever starts it closes it.
   *
   * @param name of the folder below {@code target} with the database, made anew, and the logs
   */
  static Deployment start(String name, Layout layout) throws StartFailure, InterruptedException {
    return start(name, layout, Installation.aroundHere());
  }

  /** As above, with processes that are to be measured. */
  static Deployment startLasting(String name, Layout layout)
      throws StartFailure, InterruptedException {
    return start(name, layout, Installation.aroundHere().lasting());
  }

  static Deployment start(String name, Layout layout, Installation installation)
      throws StartFailure, InterruptedException {
    Deployment system =
        new Deployment(
            installation,
            layout.onFreePorts(FIRST_OFFSET),
            Folders.empty(Path.of("target", name)),
            new Silent());
    try {
      system.start();
      return system;
    } catch (StartFailure | InterruptedException | RuntimeException failure) {
      system.close();
      throw failure;
    }
  }

  /** What ends does so because whoever started it ends it. */
  private record Silent() implements Deployment.Progress {
    @Override
    public void step(String what) {}

    @Override
    public void lost(ServiceProcess child) {}
  }
}
