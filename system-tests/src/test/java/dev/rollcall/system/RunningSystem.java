package dev.rollcall.system;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the running system to tests: two chat instances and one of each other service.
 *
 * <p>All classes share one, started for the first and ended after the last, so a test uses rooms
 * and names of its own, and leaves every service running.
 */
final class RunningSystem implements ParameterResolver {

  /** Above those of a demo that somebody may be running meanwhile. */
  private static final int FIRST_OFFSET = 2_000;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Deployment.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(RunningSystem.class))
        .getOrComputeIfAbsent(Deployment.class, key -> start(), Deployment.class);
  }

  private static Deployment start() {
    Layout layout = Layout.standard().with(Kind.CHAT, 2).onFreePorts(FIRST_OFFSET);
    Deployment deployment =
        new Deployment(
            Installation.aroundHere(),
            layout,
            Folders.empty(Path.of("target", "running-system")),
            new Quiet());
    try {
      deployment.start();
      return deployment;
    } catch (StartFailure | InterruptedException failure) {
      deployment.close();
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  /** A failing start tells its story itself; only a loss is news. */
  private record Quiet() implements Deployment.Progress {

    @Override
    public void step(String what) {}

    @Override
    public void lost(ServiceProcess child) {
      System.out.println(child.name() + " ended, exit code " + child.exitCode().orElseThrow());
    }
  }
}
