package dev.rollcall.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static dev.rollcall.rules.Contacts.outermost;
import static dev.rollcall.rules.Contacts.touchTheWorld;
import static dev.rollcall.rules.Contacts.useAClient;
import static dev.rollcall.rules.Contacts.useSharedData;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the compiled classes keep to, each rule with what it must catch. */
final class Rules {
  static final List<String> SERVICES =
      List.of(
          "dev.rollcall.replica..",
          "dev.rollcall.chat..",
          "dev.rollcall.orders..",
          "dev.rollcall.dashboard..");

  /** All other packages are shared's too; these are those that must be there. */
  static final List<String> SHARED =
      List.of(
          "dev.rollcall.pubsub..",
          "dev.rollcall.presence..",
          "dev.rollcall.bridge..",
          "dev.rollcall.node..",
          "dev.rollcall.database..");

  /** The tests' own launcher, which talks to people on a terminal. */
  private static final String SYSTEM = "dev.rollcall.system..";

  /** Their output is what the process that started them reads. */
  private static final Set<String> PRINTERS =
      Set.of("dev.rollcall.database.EmbeddedDatabaseProcess");

  /** The one that chooses the cluster manager, that which extends it, and that which mends it. */
  private static final Set<String> CHOOSERS =
      Set.of(
          "dev.rollcall.node.Cluster",
          "dev.rollcall.node.MemberRegistrations",
          "dev.rollcall.node.Members",
          "dev.rollcall.node.Handshakes",
          "dev.rollcall.node.ConsumerMap");

  /** Those that decide and touch nothing: time and messages come in, messages go out. */
  private static final List<String> CORES =
      List.of(
          "dev.rollcall.presence.Part",
          "dev.rollcall.presence.Pieces",
          "dev.rollcall.presence.Roster",
          "dev.rollcall.presence.Tracker",
          "dev.rollcall.presence.Transfer",
          "dev.rollcall.presence.View",
          "dev.rollcall.presence.Views",
          "dev.rollcall.replica.Answers",
          "dev.rollcall.replica.Followers",
          "dev.rollcall.replica.Owner",
          "dev.rollcall.replica.Peer",
          "dev.rollcall.replica.Peers",
          "dev.rollcall.replica.Replica",
          "dev.rollcall.replica.States",
          "dev.rollcall.replica.TopicState",
          "dev.rollcall.replica.Topics",
          "dev.rollcall.replica.Window");

  private Rules() {}

  static Stream<Rule> all() {
    return Stream.of(
            Stream.of(busOnly(), hazelcast(), sharedData(), sharedBelow(), noDatabase()),
            Stream.of(streams(), logging(), packageNames(), classNames()),
            SERVICES.stream().map(Rules::apart),
            CORES.stream().map(Rules::pure))
        .flatMap(rules -> rules);
  }

  private static Rule busOnly() {
    return Rule.of(
            "services talk to one another over the event bus and over nothing else",
            noClasses().that().resideInAnyPackage(array(SERVICES)).should(useAClient()))
        .catches(
            """
            package dev.rollcall.chat;
            class Planted {
              Object get(io.vertx.core.http.HttpClient client) {
                return client.request(io.vertx.core.http.HttpMethod.GET, "/orders");
              }
            }
            """)
        .catches(
            """
            package dev.rollcall.replica;
            class Planted {
              Object client(io.vertx.core.Vertx vertx) {
                return vertx.createHttpClient();
              }
            }
            """)
        .catches(
            """
            package dev.rollcall.dashboard;
            class Planted {
              Object client = java.net.http.HttpClient.newHttpClient();
            }
            """)
        .catches(
            """
            package dev.rollcall.orders;
            class Planted {
              Object open() throws java.io.IOException {
                return new java.net.URL("http://chat-service/").openStream();
              }
            }
            """);
  }

  private static Rule hazelcast() {
    return Rule.of(
            "only Cluster and what it is made of know which cluster manager there is",
            noClasses()
                .that(describe("do not choose", type -> !CHOOSERS.contains(outermost(type))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster.hazelcast.."))
        .catches(
            """
            package dev.rollcall.node;
            class Planted {
              Object config = new com.hazelcast.config.Config();
            }
            """)
        .catches(
            """
            package dev.rollcall.chat;
            class Planted {
              Object choice = new io.vertx.spi.cluster.hazelcast.HazelcastClusterManager();
            }
            """);
  }

  private static Rule sharedData() {
    return Rule.of(
            "nobody uses Vert.x's shared data, which in a cluster are Hazelcast's structures",
            noClasses().should(useSharedData()))
        .catches(
            """
            package dev.rollcall.presence;
            class Planted {
              Object map(io.vertx.core.Vertx vertx) {
                return vertx.sharedData().getAsyncMap("users");
              }
            }
            """)
        .catches(
            """
            package dev.rollcall.node;
            class Planted {
              java.util.function.Supplier<?> data(io.vertx.core.Vertx vertx) {
                return vertx::sharedData;
              }
            }
            """)
        .catches(
            """
            package dev.rollcall.node;
            class Planted {
              Object map(io.vertx.core.spi.cluster.ClusterManager manager) {
                return manager.getSyncMap("users");
              }
            }
            """);
  }

  private static Rule apart(String service) {
    String[] others =
        SERVICES.stream().filter(other -> !other.equals(service)).toArray(String[]::new);
    String here = service.replace("..", "");
    String there = others[0].replace("..", "");
    return Rule.of(
            here + " depends on no other service",
            noClasses()
                .that()
                .resideInAPackage(service)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others))
        .catches(
            "package " + there + "; public class Order {}",
            "package " + here + "; class Planted { " + there + ".Order newest; }");
  }

  private static Rule sharedBelow() {
    return Rule.of(
            "shared depends on no service",
            noClasses()
                .that()
                .resideOutsideOfPackages(array(SERVICES))
                .and()
                .resideOutsideOfPackage(SYSTEM)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(array(SERVICES)))
        .catches(
            "package dev.rollcall.chat; public class Room {}",
            "package dev.rollcall.bridge; class Planted { dev.rollcall.chat.Room room; }");
  }

  private static Rule pure(String core) {
    int dot = core.lastIndexOf('.');
    String start = "package " + core.substring(0, dot) + "; class " + core.substring(dot + 1);
    return Rule.of(
            core + " decides only: no Vert.x, clock, random source, thread or log inside",
            noClasses()
                .that(describe("are the core", type -> outermost(type).equals(core)))
                .should(touchTheWorld()))
        .catches(start + " { io.vertx.core.Vertx vertx; }")
        .catches(start + " { class Inner { long now = System.currentTimeMillis(); } }")
        .catches(start + " { Object now = java.time.Instant.now(); }")
        .catches(start + " { java.util.function.LongSupplier clock = System::nanoTime; }")
        .catches(start + " { Object id = java.util.UUID.randomUUID(); }")
        .catches(start + " { double chance = Math.random(); }")
        .catches(start + " { java.util.Random random; }")
        .catches(start + " { org.slf4j.Logger log; }")
        .catches(start + " { Thread thread; }");
  }

  private static Rule noDatabase() {
    return Rule.of(
            "presence-service and dashboard-service have no database",
            noClasses()
                .that()
                .resideInAnyPackage("dev.rollcall.replica..", "dev.rollcall.dashboard..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "dev.rollcall.database..",
                    "io.vertx.sqlclient..",
                    "io.vertx.pgclient..",
                    "java.sql..",
                    "javax.sql..",
                    "org.postgresql..",
                    "org.flywaydb.."))
        .catches("package dev.rollcall.dashboard; class Planted { io.vertx.sqlclient.Pool pool; }")
        .catches("package dev.rollcall.replica; class Planted { java.sql.Connection connection; }")
        .catches(
            "package dev.rollcall.database; public class Database {}",
            "package dev.rollcall.dashboard; class Planted { dev.rollcall.database.Database db; }");
  }

  private static Rule streams() {
    return Rule.of(
            "shared and the services log, and print nothing",
            noClasses()
                .that()
                .resideOutsideOfPackage(SYSTEM)
                .and(describe("do not print", type -> !PRINTERS.contains(outermost(type))))
                .should(ACCESS_STANDARD_STREAMS))
        .catches(
            "package dev.rollcall.chat; class Planted { void say() { System.out.println(1); } }")
        .catches(
            """
            package dev.rollcall.node;
            class Planted {
              void fail(Exception e) {
                e.printStackTrace();
              }
            }
            """);
  }

  private static Rule logging() {
    return Rule.of(
            "logs go through SLF4J",
            noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "java.util.logging..",
                    "org.apache.logging..",
                    "org.apache.commons.logging..",
                    "io.vertx.core.internal.logging.."))
        .catches("package dev.rollcall.chat; class Planted { java.util.logging.Logger log; }");
  }

  private static Rule packageNames() {
    return Rule.of(
            "packages are named after what they are about",
            noClasses()
                .should()
                .resideInAnyPackage(
                    Stream.of("impl", "util", "utils", "common", "manager", "helper", "dto")
                        .map(name -> ".." + name + "..")
                        .toArray(String[]::new)))
        .catches("package dev.rollcall.chat.impl; class Planted {}")
        .catches("package dev.rollcall.util; class Planted {}");
  }

  private static Rule classNames() {
    return Rule.of(
            "classes are named after what they are",
            noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Dto"))
        .catches("package dev.rollcall.chat; class PlantedManager {}")
        .catches("package dev.rollcall.chat; class Planted { record RoomUtils() {} }");
  }

  private static String[] array(List<String> packages) {
    return packages.toArray(String[]::new);
  }
}
