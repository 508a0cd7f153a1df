package dev.rollcall.system.bench;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/**
 * What Vert.x has itself: its SockJS bridge with everything permitted, its own way of a cluster.
 */
final class StockBridge extends VerticleBase {
  private static final int ACCEPT_BACKLOG = 1024;

  /** Twice its default, and as long as the other side waits: a slow machine ends no run. */
  private static final long PING_TIMEOUT_MILLIS = 20_000;

  private final int port;

  private StockBridge(int port) {
    this.port = port;
  }

  public static void main(String[] args) throws Exception {
    ServerSettings settings = ServerSettings.fromEnvironment();
    ServerLife.live(
        () ->
            vertx(settings)
                .compose(vertx -> vertx.deployVerticle(new StockBridge(settings.httpPort()))));
  }

  private static Future<Vertx> vertx(ServerSettings settings) {
    if (settings.clusterPorts().size() == 1) {
      return Future.succeededFuture(Vertx.vertx());
    }
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
        .withClusterManager(new HazelcastClusterManager(hazelcast(settings)))
        .buildClustered();
  }

  private static Config hazelcast(ServerSettings settings) {
    Config config = ConfigUtil.loadConfig();
    config
        .setClusterName(settings.clusterName())
        .setProperty("hazelcast.logging.type", "slf4j")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.socket.bind.any", "false");
    NetworkConfig network = config.getNetworkConfig();
    network
        .setPort(settings.clusterPorts().get(settings.number()))
        .setPortAutoIncrement(false)
        .getInterfaces()
        .setEnabled(true)
        .addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setMembers(settings.members());
    return config;
  }

  @Override
  public Future<?> start() {
    PermittedOptions everything = new PermittedOptions().setAddressRegex(".*");
    SockJSBridgeOptions options =
        new SockJSBridgeOptions()
            .setPingTimeout(PING_TIMEOUT_MILLIS)
            .addInboundPermitted(everything)
            .addOutboundPermitted(everything);
    Router router = Router.router(vertx);
    router.route("/eventbus/*").subRouter(SockJSHandler.create(vertx).bridge(options));
    HttpServerOptions server =
        new HttpServerOptions().setHost("127.0.0.1").setAcceptBacklog(ACCEPT_BACKLOG);
    return vertx.createHttpServer(server.setPort(port)).requestHandler(router).listen();
  }
}
