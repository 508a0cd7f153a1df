package dev.rollcall.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import java.util.Set;

/** What a class can touch, by type or by call; a method reference counts as a call. */
final class Contacts {
  private static final Set<String> NAMES_OF_CLOCKS = Set.of("currentTimeMillis", "nanoTime", "now");

  private Contacts() {}

  /** A way to another process that is not the event bus. */
  static ArchCondition<JavaClass> useAClient() {
    return dependOnClassesThat(
            resideInAnyPackage("java.net.http..", "io.vertx.ext.web.client..", "io.grpc..")
                .or(named("io\\.vertx\\.core\\.http\\.(HttpClient|WebSocketClient).*"))
                .or(named("io\\.vertx\\.core\\.net\\.NetClient.*"))
                .or(named("java\\.net\\.(Http)?URLConnection|java\\.net\\.Socket")))
        .or(accessTargetWhere(calls("java.net.URL", Set.of("openStream", "openConnection"))))
        .or(
            accessTargetWhere(
                calls(
                    "io.vertx.core.Vertx",
                    Set.of(
                        "createHttpClient",
                        "httpClientBuilder",
                        "createWebSocketClient",
                        "createNetClient"))));
  }

  /** Structures of the cluster manager, through Vert.x. */
  static ArchCondition<JavaClass> useSharedData() {
    return accessTargetWhere(calls("io.vertx.core.Vertx", Set.of("sharedData")))
        .or(
            accessTargetWhere(
                calls(
                    "io.vertx.core.spi.cluster.ClusterManager",
                    Set.of("getAsyncMap", "getSyncMap", "getLockWithTimeout", "getCounter"))));
  }

  /** Time, chance, threads, logs, input and output. */
  static ArchCondition<JavaClass> touchTheWorld() {
    return dependOnClassesThat(
            resideInAnyPackage("io.vertx..", "org.slf4j..", "java.util.random..", "java.io..")
                .or(named("java\\.time\\.Clock|java\\.lang\\.Thread|java\\.util\\.Timer"))
                .or(named(".*\\.(Secure|Splittable|ThreadLocal)?Random")))
        .or(accessTargetWhere(calls("java.lang.System", NAMES_OF_CLOCKS)))
        .or(accessTargetWhere(calls("java.lang.Math", Set.of("random"))))
        .or(accessTargetWhere(calls("java.util.UUID", Set.of("randomUUID"))))
        .or(accessTargetWhere(callsInPackage("java.time", NAMES_OF_CLOCKS)));
  }

  private static DescribedPredicate<JavaClass> named(String pattern) {
    return describe("named " + pattern, type -> type.getName().matches(pattern));
  }

  private static DescribedPredicate<JavaAccess<?>> calls(String owner, Set<String> methods) {
    return describe(
        "calls " + owner + "." + methods,
        access ->
            methods.contains(access.getTarget().getName())
                && access.getTarget().getOwner().isAssignableTo(owner));
  }

  private static DescribedPredicate<JavaAccess<?>> callsInPackage(
      String name, Set<String> methods) {
    return describe(
        "calls " + methods + " in " + name,
        access ->
            methods.contains(access.getTarget().getName())
                && access.getTarget().getOwner().getPackageName().equals(name));
  }

  static String outermost(JavaClass type) {
    return type.getName().replaceFirst("\\$.*", "");
  }
}
