package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Vert.x's official client, as it is published, and a plain WebSocket, in a page of Chromium. */
@NeedsBrowser
@NeedsNpm
class PageClientsIT {
  private static final String NAME = "Ana";

  private static ClientsService.Running service;

  @RegisterExtension final Browsers browsers = new Browsers();

  @BeforeAll
  static void start() throws IOException {
    service = ClientsService.start(JsClients.FOLDER);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void theClientsWorkUnchanged() throws IOException {
    Browser browser = browsers.open();
    List<String> scenarios = JsClients.scenarios();
    assertThat(scenarios).isNotEmpty();
    SoftAssertions outcomes = new SoftAssertions();
    for (String scenario : scenarios) {
      outcomes.assertThatCode(() -> run(browser, scenario)).as(scenario).doesNotThrowAnyException();
    }
    outcomes.assertAll();
  }

  /** In a tab of its own, which is signed in by the cookie that all tabs share. */
  private static void run(Browser browser, String scenario) {
    Page page = browser.tab(service.address().resolve("/clients/in-page.html"));
    Object status =
        page.evaluate(
            """
            name => fetch('/login', {method: 'POST', body: JSON.stringify({name})})
                .then(answer => answer.status)
            """,
            NAME);
    assertThat(status).isEqualTo(200);
    page.evaluate("([scenario, name]) => window.run(scenario, name)", List.of(scenario, NAME));
    page.close();
  }
}
