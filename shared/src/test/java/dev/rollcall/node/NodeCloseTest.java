package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class NodeCloseTest {
  private final List<String> done = new CopyOnWriteArrayList<>();

  private final class Service extends VerticleBase {
    @Override
    public Future<?> stop() {
      done.add("undeployed");
      return Future.succeededFuture();
    }
  }

  @Test
  void whatGoesWrongBeforeANodeLeavesKeepsItNotFromLeaving() throws IOException {
    TestCluster cluster = new TestCluster("node-close-test");
    Node node = await(cluster.start(made -> new Service()));
    node.beforeLeaving(
        () -> {
          throw new IllegalStateException("planted");
        });
    node.beforeLeaving(() -> null);
    node.beforeLeaving(() -> Future.failedFuture("planted"));
    node.beforeLeaving(() -> Future.<Void>succeededFuture().onSuccess(now -> done.add("drained")));
    await(cluster.close(node));
    assertThat(done).containsExactly("drained", "undeployed");
  }

  @Test
  void aNodeThatLeavesShowsIt() throws IOException {
    TestCluster cluster = new TestCluster("node-close-test");
    Node node = await(cluster.start(made -> new Service()));
    assertThat(leaving(node)).isZero();
    node.beforeLeaving(
        () -> {
          done.add("leaving " + leaving(node));
          return Future.succeededFuture();
        });
    await(cluster.close(node));
    assertThat(done).contains("leaving 1.0");
  }

  private static double leaving(Node node) {
    return node.metrics().get("rollcall.node.leaving").gauge().value();
  }

  /** Deploys what takes its time to end. */
  private final class Parent extends VerticleBase {
    @Override
    public Future<?> start() {
      return vertx.deployVerticle(new Child());
    }

    @Override
    public Future<?> stop() {
      done.add("parent");
      return Future.succeededFuture();
    }
  }

  private final class Child extends VerticleBase {
    @Override
    public Future<?> stop() {
      return vertx.timer(200, TimeUnit.MILLISECONDS).onSuccess(passed -> done.add("child"));
    }
  }

  @Test
  void aVerticleEndsAfterThoseThatItHasDeployed() throws IOException {
    TestCluster cluster = new TestCluster("node-close-test");
    Node node = await(cluster.start(made -> new Parent()));
    await(cluster.close(node));
    assertThat(done).containsExactly("child", "parent");
  }

  /** Answers with its node's name, later: as one that has a database to ask, which may be busy. */
  private static final class Answering extends VerticleBase {
    private static final String ADDRESS = "test.ask";
    private static final long MOMENT_MILLIS = 50;
    private static final long WHILE_MILLIS = 3_000;

    private final Node node;
    private int asked;

    Answering(Node node) {
      this.node = node;
    }

    @Override
    public Future<?> start() {
      return vertx.eventBus().consumer(ADDRESS, this::answer).completion();
    }

    private void answer(Message<String> question) {
      long millis = asked++ % 20 == 0 ? WHILE_MILLIS : MOMENT_MILLIS;
      vertx.setTimer(millis, timer -> question.reply(node.id().value()));
    }
  }

  @Test
  void noRequestIsLostToANodeThatLeaves() throws IOException {
    TestCluster cluster = new TestCluster("node-close-test");
    Node asks = await(cluster.start(node -> new VerticleBase() {}));
    Node stays = await(cluster.start(Answering::new));
    Node leaves = await(cluster.start(Answering::new));
    List<Future<String>> answers = new ArrayList<>();
    ask(asks, 500, answers);
    Future<Void> left = cluster.close(leaves);
    while (!left.isComplete()) {
      ask(asks, 1, answers);
    }
    ask(asks, 100, answers);

    List<String> by = new ArrayList<>();
    for (Future<String> answer : answers) {
      by.add(await(answer.otherwise(fault -> "nobody, as of " + fault.getMessage())));
    }
    assertThat(by).containsOnly(stays.id().value(), leaves.id().value());
    assertThat(by.subList(by.size() - 100, by.size())).containsOnly(stays.id().value());
    cluster.closeAll();
  }

  /** The service asks back, and is answered when it has begun to leave. */
  @Test
  void aDialogueIsEndedBeforeTheNodeIs() throws IOException {
    TestCluster cluster = new TestCluster("node-close-test");
    Node asks = await(cluster.start(node -> new VerticleBase() {}));
    Node leaves = await(cluster.start(made -> new Service()));
    await(
        leaves
            .vertx()
            .eventBus()
            .<String>consumer(
                Answering.ADDRESS,
                first ->
                    first
                        .<String>replyAndRequest("and you?")
                        .onSuccess(second -> second.reply("so " + second.body())))
            .completion());
    Message<String> asked =
        await(asks.vertx().eventBus().<String>request(Answering.ADDRESS, "who?"));
    Future<Void> left = cluster.close(leaves);
    await(asks.vertx().timer(3, TimeUnit.SECONDS));
    assertThat(left.isComplete()).isFalse();
    Message<String> last = await(asked.<String>replyAndRequest("ana"));
    assertThat(last.body()).isEqualTo("so ana");
    await(left);
    cluster.closeAll();
  }

  @Test
  void whoIsAskedTwiceToLeaveLeavesOnce() throws IOException {
    TestCluster cluster = new TestCluster("node-close-test");
    Node stays = await(cluster.start(Answering::new));
    Node leaves = await(cluster.start(made -> new Service()));
    leaves.vertx().eventBus().consumer(Answering.ADDRESS, question -> question.reply("never"));
    Future<Void> first = leaves.close();
    await(leaves.close());
    assertThat(first.succeeded()).isTrue();
    assertThat(done).containsExactly("undeployed");
    await(stays.close());
  }

  /** As one whose database is away: it has joined, and is told to end before it is up. */
  @Test
  void aStartThatIsGivenUpLeavesTheCluster() throws Exception {
    TestCluster cluster = new TestCluster("node-close-test");
    Node stays = await(cluster.start(made -> new Service()));
    NodeStart start =
        new NodeStart(
            "cluster-test",
            new Environment(
                Map.of(
                    "ROLLCALL_CLUSTER_NAME", cluster.name(),
                    "ROLLCALL_CLUSTER_MEMBERS", cluster.members(),
                    "ROLLCALL_CLUSTER_PORT", Integer.toString(cluster.takePlace()),
                    "ROLLCALL_HTTP_PORT", "0")));
    await(start.abandon());
    Promise<Void> deployed = Promise.promise();
    Future<Node> node = start.start(made -> new Waiting(deployed));
    await(deployed.future());
    assertThat(stays.membership().nodes()).hasSize(2);

    await(start.abandon());
    assertThat(stays.membership().nodes()).containsExactly(stays.id());
    assertThat(node.succeeded()).isFalse();
    cluster.closeAll();
  }

  /** Never starts, and says that it tries to. */
  private static final class Waiting extends VerticleBase {
    private final Promise<Void> deployed;

    Waiting(Promise<Void> deployed) {
      this.deployed = deployed;
    }

    @Override
    public Future<?> start() {
      deployed.complete();
      return Promise.promise().future();
    }
  }

  private static void ask(Node asks, int count, List<Future<String>> answers) {
    DeliveryOptions patient = new DeliveryOptions().setSendTimeout(10_000);
    for (int i = 0; i < count; i++) {
      answers.add(
          asks.vertx()
              .eventBus()
              .<String>request(Answering.ADDRESS, "who?", patient)
              .map(Message::body));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
