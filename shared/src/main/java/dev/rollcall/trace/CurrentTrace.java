package dev.rollcall.trace;

import io.vertx.core.Context;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a context keeps the trace that it belongs to. Vert.x gives room for it to those contexts
 * alone that are made after it was asked to, so it is asked before there is any: it finds this
 * class among its services.
 */
public final class CurrentTrace implements VertxServiceProvider {
  private static final ContextLocal<Trace> TRACE = ContextLocal.registerLocal(Trace.class);

  /** Tells which step is measured at the time, where steps are. */
  private static volatile Supplier<Optional<Trace>> measured = Optional::empty;

  static void measured(Supplier<Optional<Trace>> step) {
    measured = step;
  }

  static Optional<Trace> of(Context context) {
    Optional<Trace> step = measured.get();
    return step.isPresent() ? step : Optional.ofNullable(TRACE.get(context));
  }

  static void set(Context context, Trace trace) {
    TRACE.put(context, trace);
  }

  /** To be found is enough. */
  @Override
  public void init(VertxBootstrap bootstrap) {}
}
