package dev.rollcall.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;

/** The limits of a pool, and what the server is asked to hold its connections to. */
final class Pools {
  private static final int MAX_CONNECTIONS = 8;

  /** Beyond what one pool serves within its time-out, waiting only delays the refusal. */
  private static final int MAX_WAITING = 256;

  static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int WAIT_TIMEOUT_SECONDS = 2;

  /** What was not used for so long is closed, while nobody can be about to use it. */
  private static final int IDLE_SECONDS = 20;

  /**
   * A socket on which nothing was heard for so long leads nowhere: idle ones were closed before,
   * and in use none is so quiet. This ends those that a frozen server has taken and never answered,
   * which would all want to be served when it comes back.
   */
  private static final int SILENCE_SECONDS = IDLE_SECONDS + 10;

  /** A request that takes longer has lost its client, and holds one of few connections. */
  static final int STATEMENT_TIMEOUT_MILLIS = 5_000;

  /** A statement that waits is ended by the server well before, so that one says why. */
  static final int ANSWER_MILLIS = STATEMENT_TIMEOUT_MILLIS + 2_000;

  /**
   * Longer than the server waits before it looks for a deadlock (1 s), so that those are found and
   * tried again; short enough that a transaction which waits in vain can say so in its time.
   */
  private static final int LOCK_TIMEOUT_MILLIS = 3_000;

  /**
   * A transaction whose time is over is cut from here, {@link Loans}: what remains is one whose
   * process stands still or whose machine is gone. Its locks are free soon after.
   */
  private static final int IDLE_IN_TRANSACTION_MILLIS = ANSWER_MILLIS + 1_000;

  private static final PromptDriver DRIVER = new PromptDriver();

  private Pools() {}

  /** The pool of all requests. */
  static Pool open(Vertx vertx, DatabaseConfig config, String schema) {
    return open(vertx, server(config, schema, "rollcall-" + schema), schema, MAX_CONNECTIONS);
  }

  /** A pool of one connection, to ask after the server when the other has none to spare. */
  static Pool openOne(Vertx vertx, DatabaseConfig config, String schema) {
    String name = schema + "-check";
    return open(vertx, server(config, schema, "rollcall-" + name), name, 1);
  }

  private static Pool open(Vertx vertx, PgConnectOptions server, String name, int connections) {
    PoolOptions limits =
        new PoolOptions()
            .setMaxSize(connections)
            .setMaxWaitQueueSize(MAX_WAITING)
            .setConnectionTimeout(WAIT_TIMEOUT_SECONDS)
            .setConnectionTimeoutUnit(TimeUnit.SECONDS)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setName(name);
    NetClientOptions sockets =
        new NetClientOptions()
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setReadIdleTimeout(SILENCE_SECONDS)
            .setTcpKeepAlive(true);
    return DRIVER.createPool(vertx, () -> Future.succeededFuture(server), limits, sockets, null);
  }

  private static PgConnectOptions server(DatabaseConfig config, String schema, String application) {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(config.host())
            .setPort(config.port())
            .setDatabase(config.database())
            .setUser(config.user())
            .setPassword(config.password())
            .setCachePreparedStatements(true)
            .addProperty("application_name", application)
            .addProperty("search_path", schema)
            .addProperty("statement_timeout", Integer.toString(STATEMENT_TIMEOUT_MILLIS))
            .addProperty("lock_timeout", Integer.toString(LOCK_TIMEOUT_MILLIS))
            .addProperty(
                "idle_in_transaction_session_timeout",
                Integer.toString(IDLE_IN_TRANSACTION_MILLIS));
    return switch (config.tls()) {
      case DISABLE -> options;
      case REQUIRE ->
          options
              .setSslMode(SslMode.REQUIRE)
              .setSslOptions(new ClientSSLOptions().setTrustAll(true));
      case VERIFY_FULL ->
          options.setSslMode(SslMode.VERIFY_FULL).setSslOptions(verifiedByThisJvm());
    };
  }

  /** The driver insists that what to trust is named, so what the JVM trusts is named. */
  private static ClientSSLOptions verifiedByThisJvm() {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init((KeyStore) null);
      return new ClientSSLOptions()
          .setHostnameVerificationAlgorithm("HTTPS")
          .setTrustOptions(TrustOptions.wrap(trust.getTrustManagers()[0]));
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("this JVM has no trust store", failure);
    }
  }
}
