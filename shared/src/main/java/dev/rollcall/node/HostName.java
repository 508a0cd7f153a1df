package dev.rollcall.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a name has an address. Who joins by a name that has none founds a cluster of one's
 * own, without a word.
 */
final class HostName {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private static final long AGAIN_MILLIS = 1_000;

  private final String name;
  private final long byNanos;
  private boolean said;
  private final Promise<Void> resolved = Promise.promise();

  /** Not a daemon: before a node has joined, nothing else keeps its process. */
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  private HostName(String name, long millis) {
    this.name = name;
    this.byNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Fails with a {@link ConfigurationException} when it has none by then. */
  static Future<Void> resolve(String name, long millis) {
    HostName host = new HostName(name, millis);
    host.thread.execute(host::look);
    return host.resolved.future();
  }

  private void sayOnce() {
    if (!said) {
      said = true;
      log.warn("{} has no address yet; it is asked for again for a minute", name);
    }
  }

  private void look() {
    try {
      InetAddress.getAllByName(name);
      thread.shutdown();
      resolved.complete();
    } catch (UnknownHostException unknown) {
      if (System.nanoTime() - byNanos < 0) {
        sayOnce();
        var unused = thread.schedule(this::look, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        thread.shutdown();
        resolved.fail(
            new ConfigurationException(
                "ROLLCALL_CLUSTER_DNS names " + name + ", which has no address"));
      }
    }
  }
}
