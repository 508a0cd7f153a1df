package dev.rollcall.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasAttributeOptions;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/** A tab with the dashboard in it, as an operator reads it. */
record DashboardPage(Page page) {

  static DashboardPage open(Browser browser, URI dashboard, String operator) {
    Page page = browser.tab(dashboard);
    SignIn.as(page, operator);
    assertThat(page.getByTestId("connection")).hasAttribute("data-state", "live");
    // Empty until the first snapshot has arrived.
    assertThat(page.getByTestId("stat-orders")).hasText(Pattern.compile("\\d+"));
    return new DashboardPage(page);
  }

  Locator orders() {
    return page.getByTestId("orders").getByTestId("order");
  }

  void showsFirst(long orderId) {
    assertThat(orders().first()).hasAttribute("data-order-id", String.valueOf(orderId));
  }

  void showsStatus(long orderId, String status) {
    assertThat(page.locator("[data-order-id='" + orderId + "'] .status")).hasText(status);
  }

  long ordersCounted() {
    return Long.parseLong(page.getByTestId("stat-orders").innerText().strip());
  }

  void counts(long orders) {
    assertThat(page.getByTestId("stat-orders")).hasText(String.valueOf(orders));
  }

  String revenue() {
    return page.getByTestId("stat-revenue").innerText();
  }

  /** Waits until the stats are newer than they are now. */
  void refreshesStats(Duration within) {
    Locator stats = page.getByTestId("stats");
    String before = stats.getAttribute("data-at");
    assertThat(stats)
        .not()
        .hasAttribute(
            "data-at", before, new HasAttributeOptions().setTimeout((double) within.toMillis()));
  }

  void lists(String operator) {
    assertThat(page.locator("[data-testid=person][data-user='" + operator + "']")).hasCount(1);
  }
}
