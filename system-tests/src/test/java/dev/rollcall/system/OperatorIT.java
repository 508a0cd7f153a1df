package dev.rollcall.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An operator opens the page of one node, sees all of them, and drains another. */
@NeedsBrowser
@ExtendWith(RunningSystem.class)
class OperatorIT {
  private static final Duration DRAINED = Duration.ofSeconds(20);

  /** A JVM on a machine that runs seven of them already. */
  private static final double STARTED_MILLIS = 30_000;

  @RegisterExtension final Browsers browsers = new Browsers();

  @Test
  void anOperatorSeesTheClusterKicksAUserAndDrainsANode(Deployment system, @TempDir Path folder)
      throws Exception {
    Instance chat = system.layout().instances(Kind.CHAT).get(0);
    Browser browser = browsers.open();
    ChatPage.enter(browser, chat.http(), "Olga", "greeted").isLive();
    ServiceProcess greeter = start(system, folder.resolve("greeter.log"));
    Page page = browser.tab(address(system));

    Locator node = page.locator("tr[data-service=greeter-service][data-state=ready]");
    assertThat(node).isVisible(new IsVisibleOptions().setTimeout(STARTED_MILLIS));
    int nodes = system.layout().instances().size() + 1;
    assertThat(page.locator("[data-testid=nodes] tr[data-state=ready]")).hasCount(nodes);
    assertThat(page.locator("[data-testid=hearing] td[data-letter='+']"))
        .hasCount(nodes * (nodes - 1));
    // Whoever a test before this one killed is told of for ten minutes.
    assertThat(page.getByTestId("verdict").locator("h2"))
        .hasText(Pattern.compile("All is well.*|1 problem"));
    assertThat(page.locator("[data-testid=problems] li:not(:text('Gone without a goodbye'))"))
        .hasCount(0);
    Locator cells = page.locator("tr[data-topic='room:greeted'] td.number");
    assertThat(cells).hasText(new String[] {"1", "2"});
    assertThat(page.getByTestId("partitions")).hasText("1 ready: there are no two to compare.");

    page.getByTestId("kick-user").fill("Olga");
    page.getByTestId("kick").click();
    page.getByTestId("confirm").click();
    assertThat(page.getByTestId("done"))
        .containsText("Olga is kicked: every node has heard of it.");

    node.getByRole(AriaRole.BUTTON).click();
    page.getByTestId("confirm").click();
    assertThat(page.getByTestId("done")).containsText("drains.");
    assertThat(greeter.endsWithin(DRAINED)).isTrue();
    assertThat(greeter.exitCode()).hasValue(0);
    assertThat(page.locator("tr[data-service=greeter-service]")).hasCount(0);
    assertThat(page.getByTestId("problems")).containsText("has left");
  }

  private static URI address(Deployment system) {
    int port = system.layout().instances(Kind.PRESENCE).get(0).managementPort();
    return URI.create("http://localhost:" + port + "/operator");
  }

  private static ServiceProcess start(Deployment system, Path log) throws Exception {
    List<Instance> members = system.layout().instances();
    int clusterPort = members.get(members.size() - 1).clusterPort() + 3;
    Map<String, String> environment = system.environment();
    environment.put("ROLLCALL_CLUSTER_PORT", String.valueOf(clusterPort));
    environment.put("ROLLCALL_MANAGEMENT_PORT", "0");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            GreeterService.class.getName());
    return ServiceProcess.start("greeter", command, environment, log, child -> true);
  }
}
