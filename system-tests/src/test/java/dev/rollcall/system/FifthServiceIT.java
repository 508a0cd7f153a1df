package dev.rollcall.system;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A new service is a new verticle on the same bus, and nothing that runs already changes. */
@NeedsBrowser
@ExtendWith(RunningSystem.class)
class FifthServiceIT {

  /** A JVM on a machine that runs seven of them already. */
  private static final Duration STARTED = Duration.ofSeconds(30);

  private static final Duration NODE_GONE = Duration.ofSeconds(10);

  @RegisterExtension final Browsers browsers = new Browsers();

  @Test
  void itIsSeenAndHeardInAnOpenRoom(Deployment system, @TempDir Path folder) throws Exception {
    Instance chat = system.layout().instances(Kind.CHAT).get(0);
    ChatPage ana = ChatPage.enter(browsers.open(), chat.http(), "Ana", "greeted");

    ServiceProcess greeter = start(system, folder.resolve("greeter.log"));

    ana.listsWithin(STARTED, "Greeter");
    ana.shows("Greeter", "Hello from a fifth service");
    greeter.kill();
    ana.stopsListing("Greeter", NODE_GONE);
    ana.lists("Ana", 1);
  }

  private static ServiceProcess start(Deployment system, Path log) throws Exception {
    List<Instance> members = system.layout().instances();
    int clusterPort = members.get(members.size() - 1).clusterPort() + 1;
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
