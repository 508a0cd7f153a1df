package dev.rollcall.database;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.impl.PgConnectionFactory;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.util.concurrent.TimeUnit;

/**
 * The driver, made to let go of a server that does not answer, of which it has no notion.
 *
 * <p>In this version it forgets the options of its sockets. It waits for ever for a server that
 * takes a connection and then says nothing, and a pool's place is lost with each. And it closes a
 * connection by saying so and waiting until the server closes it too: one that leads to a frozen
 * server would never be closed, nor its pool, nor the node. Here the options count, who is not
 * connected in time has failed, and sockets are {@link PromptSockets}.
 */
final class PromptDriver extends PgDriver {
  @Override
  public ConnectionFactory<PgConnectOptions> createConnectionFactory(
      Vertx vertx, NetClientOptions options) {
    return new Connections(new WithSockets((VertxInternal) vertx, options));
  }

  /**
   * Ends a connection at once, whatever is under way on it. The server, as soon as it can, rolls
   * back, lets go of the locks, and ends its own part; statements that come later fail.
   *
   * @param cut called when the driver has let go of it, its pool among others
   */
  static void cut(SqlConnection connection, Runnable cut) {
    SocketConnectionBase wire =
        (SocketConnectionBase) ((SqlConnectionInternal) connection).unwrap().unwrap();
    wire.context()
        .runOnContext(
            turn -> {
              if (wire.isValid()) {
                // Called in the midst of the driver's own handling of the end, hence the turn.
                connection.closeHandler(
                    closed -> wire.context().runOnContext(handled -> cut.run()));
                PromptSockets.cut(wire.socket());
              } else {
                cut.run();
              }
            });
  }

  private static final class Connections extends PgConnectionFactory {
    Connections(VertxInternal vertx) {
      super(vertx);
    }

    @Override
    public Future<SqlConnection> connect(Context context, PgConnectOptions options) {
      Future<SqlConnection> connecting = super.connect(context, options);
      return connecting
          .timeout(Pools.CONNECT_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
          .onFailure(late -> connecting.onSuccess(SqlConnection::close));
    }
  }

  /** The driver makes its client from nothing but Vert.x: this one gives it ours. */
  private static final class WithSockets extends VertxWrapper {
    private final NetClientOptions options;

    WithSockets(VertxInternal vertx, NetClientOptions options) {
      super(vertx);
      this.options = options;
    }

    @Override
    public NetClient createNetClient(NetClientOptions forgetful) {
      return new PromptSockets(super.createNetClient(options));
    }
  }
}
