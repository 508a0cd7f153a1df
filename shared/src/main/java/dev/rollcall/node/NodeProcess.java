package dev.rollcall.node;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** A node as the whole of a process: its logging, its signals, its exit code. */
final class NodeProcess {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  /** What a graceful end may take beside draining; past it the process ends all the same. */
  private static final long CLOSE_MILLIS = 20_000;

  private NodeProcess() {}

  static void run(String service, Function<Node, ? extends Deployable> verticle) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Environment environment = Environment.system();
    boolean withParent = environment.flag("ROLLCALL_EXIT_WITH_PARENT");
    if (withParent) {
      exitWithParent();
    }
    Future.<Node>future(started -> Node.start(service, environment, verticle).onComplete(started))
        .onSuccess(NodeProcess::closeOnExit)
        .onFailure(fault -> fail(service, fault));
  }

  private static void closeOnExit(Node node) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node), "close"));
    node.operator().drainsBy(() -> drain(node));
  }

  /** As on SIGTERM, and with nothing left afterwards; an event loop must not wait for that. */
  private static void drain(Node node) {
    node.close();
    new Thread(() -> System.exit(0), "drain").start();
  }

  private static void close(Node node) {
    try {
      node.close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(node.drainMillis() + CLOSE_MILLIS, TimeUnit.MILLISECONDS);
      log.info("{} has left", node.service());
    } catch (TimeoutException late) {
      log.warn("{} did not leave in time and ends now", node.service());
    } catch (ExecutionException | InterruptedException fault) {
      log.error("{} ends without a clean leave", node.service(), fault);
    }
  }

  private static void fail(String service, Throwable fault) {
    log.debug("{} could not start", service, fault);
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
