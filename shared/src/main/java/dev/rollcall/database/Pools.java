package dev.rollcall.database;

import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;

/** The limits of a pool. */
final class Pools {
  private static final int MAX_CONNECTIONS = 8;

  /** Beyond what one pool serves within its time-out, waiting only delays the refusal. */
  private static final int MAX_WAITING = 256;

  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int WAIT_TIMEOUT_SECONDS = 2;
  static final int STATEMENT_TIMEOUT_MILLIS = 5_000;

  private Pools() {}

  static Pool open(Vertx vertx, DatabaseConfig config, String schema) {
    PoolOptions limits =
        new PoolOptions()
            .setMaxSize(MAX_CONNECTIONS)
            .setMaxWaitQueueSize(MAX_WAITING)
            .setConnectionTimeout(WAIT_TIMEOUT_SECONDS)
            .setConnectionTimeoutUnit(TimeUnit.SECONDS)
            .setName(schema);
    NetClientOptions net =
        new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MILLIS).setTcpKeepAlive(true);
    return PgBuilder.pool()
        .with(limits)
        .with(net)
        .connectingTo(server(config, schema))
        .using(vertx)
        .build();
  }

  private static PgConnectOptions server(DatabaseConfig config, String schema) {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(config.host())
            .setPort(config.port())
            .setDatabase(config.database())
            .setUser(config.user())
            .setPassword(config.password())
            .setCachePreparedStatements(true)
            .addProperty("application_name", "rollcall-" + schema)
            .addProperty("search_path", schema)
            .addProperty("statement_timeout", Integer.toString(STATEMENT_TIMEOUT_MILLIS));
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
