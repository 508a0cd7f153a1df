package dev.rollcall.system.lab;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.function.LongSupplier;

/**
 * Passes on what comes in over TCP, both ways, later if so told: nothing is lost, reordered or
 * limited, and each byte arrives as late as the other.
 */
final class Relay {
  private final Vertx vertx;
  private final NetClient client;
  private final SocketAddress to;
  private final LongSupplier delayMillis;

  private Relay(Vertx vertx, SocketAddress to, LongSupplier delayMillis) {
    this.vertx = vertx;
    this.client = vertx.createNetClient();
    this.to = to;
    this.delayMillis = delayMillis;
  }

  static Future<NetServer> start(
      Vertx vertx, SocketAddress from, SocketAddress to, LongSupplier delayMillis) {
    Relay relay = new Relay(vertx, to, delayMillis);
    return vertx.createNetServer().connectHandler(relay::take).listen(from);
  }

  private void take(NetSocket near) {
    near.pause();
    client
        .connect(to)
        .onFailure(refused -> near.close())
        .onSuccess(
            far -> {
              pass(near, far);
              pass(far, near);
              near.resume();
            });
  }

  private void pass(NetSocket from, NetSocket into) {
    Way way = new Way();
    from.handler(bytes -> way.later(() -> write(from, into, bytes)));
    from.exceptionHandler(reset -> from.close());
    from.closeHandler(closed -> way.later(into::close));
  }

  private static void write(NetSocket from, NetSocket into, Buffer bytes) {
    into.write(bytes).onFailure(gone -> from.close());
  }

  /** One way of one connection: where the delay ends, what waits goes first all the same. */
  private final class Way {
    private Future<?> last = Future.succeededFuture();

    void later(Runnable step) {
      long millis = delayMillis.getAsLong();
      Future<?> passed = millis == 0 ? Future.succeededFuture() : vertx.timer(millis, MILLISECONDS);
      last = Future.join(last, passed).onSuccess(due -> step.run());
    }
  }
}
