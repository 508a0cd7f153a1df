package dev.rollcall.bridge;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Puts a {@link Bystander} beside each test, which may ask for it; when the test has ended nobody
 * else is left on its node, and then not the bystander either.
 */
final class Bystanders implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    store(context).put(Bystander.class, new Bystander(Targets.target(context)));
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    Target target = Targets.target(context);
    Bystander bystander = store(context).remove(Bystander.class, Bystander.class);
    try (bystander) {
      target.awaitConnections(1);
    }
    target.awaitConnections(0);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Bystander.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return store(context).get(Bystander.class);
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(Namespace.create(Bystanders.class));
  }
}
