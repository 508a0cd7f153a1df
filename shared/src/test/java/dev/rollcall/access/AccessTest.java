package dev.rollcall.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that share one bus, on which what Access says can be lost. */
class AccessTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId DEAF = new NodeId("deaf");

  private final Vertx vertx = Vertx.vertx();
  private final Set<NodeId> cluster = ConcurrentHashMap.newKeySet();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private volatile Predicate<String> lost = event -> false;

  /** All nodes of one test are members under their own names. */
  private final class Member implements Membership {
    private final NodeId node;

    Member(NodeId node) {
      this.node = node;
      cluster.add(node);
    }

    @Override
    public String self() {
      return node.value();
    }

    /** Nobody waits to be joined with one that has no bus at all. */
    @Override
    public Set<String> members() {
      return cluster.stream()
          .filter(member -> !member.equals(DEAF))
          .map(NodeId::value)
          .collect(Collectors.toSet());
    }

    @Override
    public Set<NodeId> nodes() {
      return cluster;
    }
  }

  @BeforeEach
  void open() {
    vertx.eventBus().addOutboundInterceptor(this::lose);
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private void lose(DeliveryContext<Object> sending) {
    String event = sending.message().headers().get("event");
    if (event == null || !lost.test(event)) {
      said.add(String.valueOf(event));
      sending.next();
    }
  }

  @Test
  void aKickIsHeardByAllOnceItCompletes() {
    Access one = start(N1);
    Access other = start(N2);
    await(one.kick("mallory"));
    assertThat(other.isRevoked("mallory", 0)).isTrue();
    assertThat(other.isRevoked("ana", 0)).isFalse();
  }

  @Test
  void whoKnowsOfNoKickAtAllAsksForThoseThatItMissed() {
    Access one = start(N1);
    Access other = start(N2);
    Promise<Revocation> told = Promise.promise();
    other.onRevoked(told::tryComplete);
    kickUnheard(one, "mallory");
    other.compare();
    assertThat(await(told.future()).user()).isEqualTo("mallory");
  }

  @Test
  void whoSaysWhatItKnowsTellsThoseWhoKnowLess() {
    Access one = start(N1);
    Access other = start(N2);
    Promise<Revocation> told = Promise.promise();
    other.onRevoked(told::tryComplete);
    kickUnheard(one, "mallory");
    one.compare();
    assertThat(await(told.future()).user()).isEqualTo("mallory");
  }

  @Test
  void twoThatCompareBothEndWithWhatEitherKnew() {
    Access one = start(N1);
    Access other = start(N2);
    awaitCalm();
    Promise<Revocation> here = Promise.promise();
    Promise<Revocation> there = Promise.promise();
    kickUnheard(one, "mallory");
    kickUnheard(other, "eve");
    one.onRevoked(here::tryComplete);
    other.onRevoked(there::tryComplete);
    said.clear();
    one.compare();
    assertThat(await(here.future()).user()).isEqualTo("eve");
    assertThat(await(there.future()).user()).isEqualTo("mallory");
    // One answer, and what the one who answered lacked; then they have nothing more to say.
    awaitCalm();
    assertThat(said).filteredOn("known"::equals).hasSizeBetween(2, 3);
    said.clear();
    one.compare();
    awaitSaid("known");
    awaitCalm();
    assertThat(said).filteredOn("known"::equals).hasSize(1);
  }

  @Test
  void soManyRevocationsAsDoNotFitIntoOneMessageAreTold() {
    Access one = start(N1);
    Access other = start(N2);
    int many = 1_200;
    Promise<Void> all = Promise.promise();
    Set<String> told = ConcurrentHashMap.newKeySet();
    other.onRevoked(
        revocation -> {
          if (told.add(revocation.user()) && told.size() == many) {
            all.complete();
          }
        });
    lost = event -> event.equals("revoke");
    for (int i = 0; i < many; i++) {
      one.kick("\u4e2d".repeat(120) + i);
    }
    other.compare();
    await(all.future());
  }

  /** Its beacon says nothing of whether it is there: only the cluster does. */
  @Test
  void aKickWaitsForWhoIsInTheClusterThoughNotHeard() {
    Access one = start(N1);
    cluster.add(DEAF);
    AtomicBoolean left = new AtomicBoolean();
    Future<Boolean> heard = one.kick("mallory").map(done -> left.get());
    assertThat(one.isRevoked("mallory", 0)).isTrue();
    await(vertx.timer(600, TimeUnit.MILLISECONDS));
    left.set(true);
    cluster.remove(DEAF);
    assertThat(await(heard)).isTrue();
  }

  @Test
  void aNodeKnowsWhoWasKickedBeforeItServes() {
    Access one = start(N1);
    await(one.kick("mallory"));
    assertThat(start(N2).isRevoked("mallory", 0)).isTrue();
  }

  @Test
  void whoseQuestionOrAnswerWasLostAsksAgain() {
    Access one = start(N1);
    await(one.kick("mallory"));
    AtomicBoolean first = new AtomicBoolean(true);
    lost = event -> event.equals("known") && first.getAndSet(false);
    assertThat(start(N2).isRevoked("mallory", 0)).isTrue();
    assertThat(first).isFalse();
  }

  @Test
  void aMemberThatNeverAnswersKeepsNobodyFromServing() {
    cluster.add(DEAF);
    Access one = start(N1);
    cluster.remove(DEAF);
    await(one.kick("mallory"));
    assertThat(one.isRevoked("mallory", 0)).isTrue();
  }

  @Test
  void aTokenOfAnIssuerWhoseClockIsAheadIsRevokedToo() {
    Access one = start(N1, 5);
    long before = System.currentTimeMillis() / 1_000;
    await(one.kick("mallory"));
    long after = System.currentTimeMillis() / 1_000;
    assertThat(one.isRevoked("mallory", before + 5)).isTrue();
    assertThat(one.isRevoked("mallory", after + 6)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "\ud800", "129"})
  void whomNoTokenCanNameIsNotKicked(String name) {
    String user = name.equals("129") ? "x".repeat(129) : name;
    Access one = start(N1);
    start(N2);
    said.clear();
    assertThat(failure(one.kick(user))).isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(one.reauthorise(user))).isInstanceOf(IllegalArgumentException.class);
    assertThat(one.isRevoked(user, 0)).isFalse();
    assertThat(said).doesNotContain("revoke", "reauthorise");
    await(one.kick("x".repeat(128)));
  }

  private Access start(NodeId node) {
    return start(node, 0);
  }

  private Access start(NodeId node, int leewaySeconds) {
    Member member = new Member(node);
    PubSub pubSub = await(PubSub.clustered(vertx, node, member));
    return await(Access.start(vertx, node, pubSub, member, leewaySeconds));
  }

  private void kickUnheard(Access access, String user) {
    lost = event -> event.equals("revoke");
    access.kick(user);
    assertThat(access.isRevoked(user, 0)).isTrue();
  }

  /** Waits until nobody has said anything for a while. */
  private void awaitCalm() {
    int before = -1;
    while (before != said.size()) {
      before = said.size();
      await(vertx.timer(100, TimeUnit.MILLISECONDS));
    }
  }

  private void awaitSaid(String event) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!said.contains(event)) {
      assertThat(System.nanoTime()).as("%s is said", event).isLessThan(deadline);
      await(vertx.timer(1, TimeUnit.MILLISECONDS));
    }
  }

  private static Throwable failure(Future<Void> refused) {
    return await(refused.map(done -> null).otherwise(fault -> fault).map(Throwable.class::cast));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}
