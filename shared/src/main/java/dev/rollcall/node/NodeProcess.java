package dev.rollcall.node;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** A node as the whole of a process: its logging, its signals, its exit code. */
final class NodeProcess {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  /** What a graceful end may take beside draining; past it the process ends all the same. */
  private static final long CLOSE_MILLIS = 20_000;

  /** As much may it take to leave before there is a node: it may wait for others still. */
  private static final long ABANDON_MILLIS = 5_000;

  private NodeProcess() {}

  static void run(String service, Function<Node, ? extends Deployable> verticle) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Environment environment = Environment.system();
    boolean withParent = environment.flag("ROLLCALL_EXIT_WITH_PARENT");
    if (withParent) {
      exitWithParent();
    }
    try {
      run(new NodeStart(service, environment), service, verticle);
    } catch (RuntimeException refused) {
      fail(service, refused);
    }
  }

  private static void run(
      NodeStart start, String service, Function<Node, ? extends Deployable> verticle) {
    Future<Node> node = start.start(verticle);
    AtomicBoolean ending = new AtomicBoolean();
    Runnable end =
        () -> {
          ending.set(true);
          end(start, node, service);
        };
    Runtime.getRuntime().addShutdownHook(new Thread(end, "close"));
    node.onSuccess(up -> up.operator().drainsBy(() -> drain(up)))
        .onFailure(
            fault -> {
              // A start that is given up fails, too, and is no fault.
              if (!ending.get()) {
                fail(service, fault);
              }
            });
  }

  /** As on SIGTERM, and with nothing left afterwards; an event loop must not wait for that. */
  private static void drain(Node node) {
    node.close();
    new Thread(() -> System.exit(0), "drain").start();
  }

  private static void end(NodeStart start, Future<Node> node, String service) {
    boolean isUp = node.succeeded();
    Future<Void> left = isUp ? node.result().close() : start.abandon();
    long millis = isUp ? node.result().drainMillis() + CLOSE_MILLIS : ABANDON_MILLIS;
    try {
      left.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
      log.info("{} has left{}", service, isUp ? "" : " before it was ready");
    } catch (TimeoutException late) {
      log.warn("{} did not leave in time and ends now", service);
    } catch (ExecutionException | InterruptedException fault) {
      log.error("{} ends without a clean leave", service, fault);
    }
  }

  private static void fail(String service, Throwable fault) {
    if (!(fault instanceof ConfigurationException)) {
      log.debug("{} could not start", service, fault);
    }
    said(fault).lines().forEach(line -> log.error("{} can't start: {}", service, line));
    Runtime.getRuntime().halt(1);
  }

  private static String said(Throwable fault) {
    Throwable cause = fault;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** A supervisor holds this process' standard input: when that ends, so does this. */
  private static void exitWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is said on it; only its end counts.
                }
              } catch (IOException gone) {
                log.debug("standard input is gone", gone);
              }
              System.exit(0);
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }
}
