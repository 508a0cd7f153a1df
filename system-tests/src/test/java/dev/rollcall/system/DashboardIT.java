package dev.rollcall.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Orders that are created over HTTP, and an operator who looks at the dashboard. */
@NeedsBrowser
@ExtendWith(RunningSystem.class)
class DashboardIT {

  private static final int MOST_ROWS = 20;

  /** Every 5 s, and what a busy machine adds. */
  private static final Duration STATS_REFRESH = Duration.ofSeconds(7);

  @RegisterExtension final Browsers browsers = new Browsers();

  private final OrdersClient orders;
  private final URI address;
  private DashboardPage dashboard;

  DashboardIT(Deployment system) {
    this.orders = OrdersClient.of(system.layout());
    this.address = system.layout().instances(Kind.DASHBOARD).get(0).http();
  }

  @BeforeEach
  void openDashboard() throws Exception {
    dashboard = DashboardPage.open(browsers.open(), address, "Olga");
  }

  @Test
  void anOrderAppearsFirstAndChangesTheStats() throws Exception {
    long before = dashboard.ordersCounted();
    String revenue = dashboard.revenue();

    long order = orders.create("Ana");

    dashboard.showsFirst(order);
    dashboard.counts(before + 1);
    assertThat(dashboard.page().getByTestId("stat-revenue")).not().hasText(revenue);
    assertThat(dashboard.page().getByTestId("stat-last-minute")).not().hasText("0");
  }

  @Test
  void twentyOrdersAreShownAtMostNewestFirst() throws Exception {
    long before = dashboard.ordersCounted();
    long last = 0;
    for (int i = 0; i <= MOST_ROWS; i++) {
      last = orders.create("Ana");
    }

    dashboard.showsFirst(last);
    dashboard.counts(before + MOST_ROWS + 1);
    assertThat(dashboard.orders()).hasCount(MOST_ROWS);
    dashboard.page().reload();
    dashboard.showsFirst(last);
    assertThat(dashboard.orders()).hasCount(MOST_ROWS);
  }

  @Test
  void anOrderThatGoesOnIsShownSo() throws Exception {
    long order = orders.create("Ana");
    dashboard.showsStatus(order, "placed");

    orders.change(order, "paid");

    dashboard.showsStatus(order, "paid");
    dashboard.page().reload();
    dashboard.showsStatus(order, "paid");
  }

  @Test
  void statsAreRefreshedWithoutOrders() {
    long before = dashboard.ordersCounted();

    dashboard.refreshesStats(STATS_REFRESH);
    dashboard.refreshesStats(STATS_REFRESH);

    dashboard.counts(before);
  }

  @Test
  void whoIsLookingIsListed() throws Exception {
    dashboard.lists("Olga");

    DashboardPage pauls = DashboardPage.open(browsers.open(), address, "Paul");

    dashboard.lists("Paul");
    pauls.lists("Olga");
    pauls.page().close();
    assertThat(dashboard.page().locator("[data-testid=person][data-user=Paul]")).hasCount(0);
  }

  /** That nothing came is proven by what came after it, not by waiting. */
  @Test
  void anOrderThatIsRolledBackReachesNobody() throws Exception {
    long counted = dashboard.ordersCounted() + 1;
    dashboard.showsFirst(orders.create("Ana"));
    dashboard.counts(counted);

    assertThat(orders.createWithTheSameItemTwice("Rolled Back")).isEqualTo(422);
    long good = orders.create("Ana");

    dashboard.showsFirst(good);
    dashboard.counts(counted + 1);
    Locator rolledBack = dashboard.page().getByText("Rolled Back");
    assertThat(rolledBack).hasCount(0);
    assertThat(orders.newest()).doesNotContain("Rolled Back");
  }
}
