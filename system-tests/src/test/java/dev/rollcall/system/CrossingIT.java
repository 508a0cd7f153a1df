package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.database.Database;
import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import dev.rollcall.outbox.Outbox;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.OrderedSubscription;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Of two transactions the one that announces first is committed last. Whoever has heard the other
 * must not take this one for known: not who listens, and not who comes back meanwhile.
 */
@ExtendWith(RunningSystem.class)
@Timeout(120)
class CrossingIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String FIRST = "announced first, committed last";
  private static final String SECOND = "announced last, committed first";

  private final String topic = "room:crossing-" + UUID.randomUUID().toString().substring(0, 8);
  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient sockets = vertx.createWebSocketClient();
  private final Deployment system;
  private final List<String> node = new CopyOnWriteArrayList<>();
  private Node joined;

  CrossingIT(Deployment system) {
    this.system = system;
  }

  @AfterEach
  void close() throws Exception {
    PresenceCluster.await(vertx.close());
    if (joined != null) {
      PresenceCluster.await(joined.close());
    }
  }

  @Test
  void whoListensAndWhoComesBackInBetweenHaveBoth() throws Exception {
    List<Instance> chats = system.layout().instances(Kind.CHAT);
    join();
    Tab here = new Tab("here");
    Tab there = new Tab("there");
    Tab early = new Tab("early");
    Tab between = new Tab("between");
    Tab late = new Tab("late");
    here.enter(chats.get(0));
    for (Tab each : List.of(there, early, between, late)) {
      each.enter(chats.get(1));
    }
    early.cut();

    try (Sql one = Sql.of(system, ChatRecords.SCHEMA);
        Sql other = Sql.of(system, ChatRecords.SCHEMA)) {
      Connection first = announce(one, FIRST);
      Connection second = announce(other, SECOND);
      second.commit();
      for (Tab each : List.of(here, there, between, late)) {
        each.awaitAll(1);
      }
      between.cut();
      late.cut();
      early.enter(chats.get(0));
      between.enter(chats.get(0));
      early.awaitAll(1);
      first.commit();
    }
    here.awaitAll(2);
    late.enter(chats.get(0));

    for (Tab each : List.of(here, there, early, between, late)) {
      each.awaitAll(2);
      assertThat(each.heard).as(each.user).containsExactly("1 " + SECOND, "2 " + FIRST);
    }
    Eventually.await("a node hears both", SOON, () -> node.size() >= 2);
    assertThat(node).containsExactly("1 " + SECOND, "2 " + FIRST);
  }

  /** As an instance does within the transaction that it tells of; leaves it open. */
  private Connection announce(Sql sql, String text) throws SQLException {
    Connection connection = sql.open();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO outbox_pending (topic, event, payload) VALUES (?, 'new_message', ?)")) {
      insert.setString(1, topic);
      insert.setString(2, new JsonObject().put("text", text).encode());
      insert.executeUpdate();
    }
    return connection;
  }

  /** A node of its own subscribes, with the history that the others have. */
  private void join() throws Exception {
    List<Instance> members = system.layout().instances();
    Map<String, String> environment = system.environment();
    environment.put(
        "ROLLCALL_CLUSTER_PORT", String.valueOf(members.get(members.size() - 1).clusterPort() + 3));
    environment.put("DATABASE_URL", system.databaseUrl());
    joined =
        PresenceCluster.await(
            Node.start("crossing", new Environment(environment), this::subscriber));
  }

  private VerticleBase subscriber(Node here) {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        return Database.open(here, ChatRecords.SCHEMA)
            .compose(database -> Outbox.open(here, database))
            .map(outbox -> here.pubSub().subscribe(topic, outbox.history(), this::hear))
            .compose(OrderedSubscription::base);
      }

      private void hear(Message message) {
        node.add(message.position() + " " + message.payload().getString("text"));
      }
    };
  }

  /** A page that has registered the topic. */
  private final class Tab {
    private final String user;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile String position;
    private BridgeSocket socket;

    Tab(String user) {
      this.user = user;
    }

    void enter(Instance chat) throws Exception {
      String token = UserTokens.of(vertx, system).of(user);
      socket =
          PresenceCluster.await(BridgeSocket.connect(sockets, chat.httpPort(), token, this::hear));
      JsonObject headers = new JsonObject();
      if (position != null) {
        headers.put("position", position);
      }
      JsonObject answer = PresenceCluster.await(socket.register(topic, headers));
      assertThat(answer.getBoolean("complete")).isTrue();
      position = answer.getLong("position").toString();
    }

    private void hear(JsonObject frame) {
      JsonObject body = frame.getJsonObject("body");
      if (body.getString("event").equals("new_message")) {
        position = frame.getJsonObject("headers").getString("position");
        heard.add(position + " " + body.getJsonObject("payload").getString("text"));
      }
    }

    void cut() throws Exception {
      socket.reset();
      PresenceCluster.await(socket.gone());
    }

    void awaitAll(int count) throws Exception {
      Eventually.await(user + " hears " + count, SOON, () -> heard.size() >= count);
    }
  }
}
