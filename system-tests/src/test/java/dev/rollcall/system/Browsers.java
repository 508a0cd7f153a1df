package dev.rollcall.system;

import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Opens browsers for a test, and closes them after it. */
final class Browsers implements BeforeEachCallback, AfterEachCallback {

  private final List<Browser> open = new ArrayList<>();
  private Playwright playwright;

  Browser open() throws IOException {
    Browser browser = Browser.open(playwright);
    open.add(browser);
    return browser;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    playwright =
        context
            .getRoot()
            .getStore(Namespace.create(Browsers.class))
            .getOrComputeIfAbsent(Driver.class, key -> Driver.start(), Driver.class)
            .playwright();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    open.forEach(Browser::close);
    open.clear();
  }

  /** Playwright's own process, one for all tests: unpacking and starting it takes seconds. */
  record Driver(Playwright playwright) implements AutoCloseable {

    static Driver start() {
      Map<String, String> environment = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
      return new Driver(Playwright.create(new Playwright.CreateOptions().setEnv(environment)));
    }

    @Override
    public void close() {
      playwright.close();
    }
  }
}
