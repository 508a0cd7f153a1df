package dev.rollcall.trace;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in a trace, as W3C's Trace Context names it in one line: which trace, and which step of
 * it. A request that names one, over HTTP or the bus, is handled as a part of that trace, and so is
 * what is broadcast because of it. One that names none costs nothing.
 *
 * <pre>{@code
 * traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
 * }</pre>
 *
 * @param traceparent the line
 */
public record Trace(String traceparent) {
  /** The header that carries it: of HTTP, of the bus, and of a browser's frames. */
  public static final String HEADER = "traceparent";

  /** Version 00; a trace, or a step, of zeros alone is none. */
  private static final Pattern LINE =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private static final int LENGTH = 55;

  /**
   * Checks the line.
   *
   * @throws IllegalArgumentException when it is not one of version 00
   */
  public Trace {
    if (traceparent.length() != LENGTH || !LINE.matcher(traceparent).matches()) {
      throw new IllegalArgumentException("not a traceparent");
    }
  }

  /**
   * Returns the trace that a line names; nothing where there is none, or it is not as it must be.
   */
  public static Optional<Trace> parse(String traceparent) {
    if (traceparent == null || traceparent.length() != LENGTH) {
      return Optional.empty();
    }
    return LINE.matcher(traceparent).matches()
        ? Optional.of(new Trace(traceparent))
        : Optional.empty();
  }

  /**
   * Returns the trace that what is being done belongs to: that of the request that is handled on
   * the calling context.
   */
  public static Optional<Trace> current() {
    Context context = Vertx.currentContext();
    return context == null ? Optional.empty() : CurrentTrace.of(context);
  }

  /** Returns what names the whole trace. */
  public String id() {
    return traceparent.substring(3, 35);
  }

  /** Has what handles messages of the bus belong to the traces that these name. */
  public static void followOnBus(Vertx vertx) {
    vertx.eventBus().addInboundInterceptor(Trace::follow);
  }

  private static void follow(DeliveryContext<Object> delivery) {
    enter(delivery.message().headers().get(HEADER));
    delivery.next();
  }

  /** Has what handles the request belong to the trace that it names; a route before all others. */
  public static void follow(RoutingContext request) {
    enter(request.request().headers().get(HEADER));
    request.next();
  }

  /** Each request has a context of its own; what has none must not begin to belong to a trace. */
  private static void enter(String traceparent) {
    if (traceparent != null
        && Vertx.currentContext() instanceof ContextInternal context
        && context.isDuplicate()) {
      parse(traceparent).ifPresent(trace -> CurrentTrace.set(context, trace));
    }
  }
}
