package dev.rollcall.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one node that they attack in turn; it is there until the last has ended. */
final class Targets implements ParameterResolver {
  private record Started(Target target) implements AutoCloseable {
    static Started start() {
      try {
        return new Started(Target.start());
      } catch (IOException fault) {
        throw new UncheckedIOException(fault);
      }
    }

    @Override
    public void close() {
      target.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Target.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return target(context);
  }

  static Target target(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(Targets.class))
        .getOrComputeIfAbsent(Started.class, key -> Started.start(), Started.class)
        .target();
  }
}
