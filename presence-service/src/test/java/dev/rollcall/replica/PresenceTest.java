package dev.rollcall.replica;

import static dev.rollcall.replica.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.node.Node;
import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Follow;
import dev.rollcall.presence.Meta;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.Presence;
import dev.rollcall.presence.PresenceBus;
import dev.rollcall.presence.PresenceListener;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceUnavailable;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.Session;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The façade on a real node: one that runs a replica, and one for which there is none. */
class PresenceTest {
  private static final JsonObject META = new JsonObject().put("name", "Ana");

  private static Node node;
  private static Presence presence;

  @BeforeAll
  static void start() throws Exception {
    node = TestNode.start(ReplicaVerticle::new);
    presence = node.presence();
    Told told = Told.of("room:first");
    told.hears("state []");
    told.follow.close();
  }

  @AfterAll
  static void stop() throws Exception {
    await(node.close());
  }

  /** A verticle of a user, that does what it is told when it starts. */
  private static final class User extends VerticleBase {
    private final Supplier<Future<?>> does;

    User(Supplier<Future<?>> does) {
      this.does = does;
    }

    @Override
    public Future<?> start() {
      return does.get();
    }
  }

  /** What a listener is told, in order. */
  private static final class Told implements PresenceListener {
    private final BlockingQueue<String> words = new LinkedBlockingQueue<>();
    private Follow follow;

    static Told of(String topic) {
      Told told = new Told();
      told.follow = presence.follow(topic, told);
      return told;
    }

    @Override
    public void state(JsonObject state) {
      words.add("state " + state.fieldNames());
    }

    @Override
    public void diff(JsonObject diff) {
      JsonObject joins = diff.getJsonObject("joins");
      words.add("diff +" + joins.fieldNames() + " -" + diff.getJsonObject("leaves").fieldNames());
    }

    @Override
    public void joined(String key, List<Meta> metas) {
      words.add("joined " + key + " " + metas.size());
    }

    @Override
    public void left(String key, List<Meta> metas, Reason reason) {
      words.add("left " + key + " " + metas.size() + " " + reason);
    }

    String next() throws InterruptedException {
      return words.poll(10, TimeUnit.SECONDS);
    }

    void hears(String... next) throws InterruptedException {
      for (String word : next) {
        assertThat(next()).isEqualTo(word);
      }
    }
  }

  @Test
  void aListenerHearsTheStateOnceAndThenWhoComesAndGoes() throws Exception {
    Told told = Told.of("room:heard");
    told.hears("state []");
    Session session = presence.session();
    await(session.track("room:heard", "ana", META));
    told.hears("diff +[ana] -[]", "joined ana 1");
    await(session.update("room:heard", "ana", new JsonObject()));
    told.hears("diff +[ana] -[ana]");
    await(session.close());
    told.hears("diff +[] -[ana]", "left ana 1 closed");
  }

  @Test
  void aSessionEndsInAllShards() throws Exception {
    List<String> topics = Stream.iterate(0, i -> i + 1).limit(40).map(i -> "many:" + i).toList();
    assertThat(topics.stream().map(Ownership::shard).distinct()).hasSize(Ownership.SHARDS);
    Session session = presence.session();
    for (String topic : topics) {
      await(session.track(topic, "ana", META));
    }
    for (String topic : topics) {
      until(() -> presence.count(topic), 1);
    }
    await(session.close());
    for (String topic : topics) {
      until(() -> presence.count(topic), 0);
    }
  }

  @Test
  void aVerticleThatIsUndeployedAlreadyNeitherTracksNorFollows() throws Exception {
    Promise<Context> started = Promise.promise();
    VerticleBase brief =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            started.complete(context);
            return Future.succeededFuture();
          }
        };
    await(node.vertx().undeploy(await(node.vertx().deployVerticle(brief))));
    int before = presence.trackedCount();
    Promise<Told> told = Promise.promise();
    Promise<Ref> tracked = Promise.promise();
    // As when what it waited for comes only now.
    await(started.future())
        .runOnContext(
            now -> {
              told.complete(Told.of("room:late"));
              presence.session().track("room:late", "ana", META).onComplete(tracked);
            });
    assertThatThrownBy(() -> await(tracked.future())).isInstanceOf(IllegalStateException.class);
    assertThat(presence.trackedCount()).isEqualTo(before);
    assertThat(await(told.future()).words.poll(1, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void whatTheOwnerDoesNotAnswerAnotherReplicaDoes() throws Exception {
    NodeId mute = new NodeId("mute");
    Set<NodeId> replicas = Set.of(mute, node.id());
    String topic =
        Stream.iterate("room:mute", name -> name + "x")
            .filter(name -> Ownership.owner(Ownership.partition(name), replicas).get().equals(mute))
            .findFirst()
            .orElseThrow();
    await(presence.session().track(topic, "ana", META));
    until(() -> presence.count(topic), 1);
    PresenceBus bus = new PresenceBus(node.vertx());
    List<Context> shards =
        Stream.generate(node.vertx()::getOrCreateContext).limit(Ownership.SHARDS).toList();
    AtomicInteger refused = new AtomicInteger();
    await(
        bus.onQuery(
            mute,
            shards,
            query -> {
              refused.incrementAndGet();
              return null;
            }));
    say(bus, topic, new Readiness(mute, node.membership().self(), true, Set.of()));
    until(() -> presence.count(topic).map(count -> refused.get() > 0 ? count : 0), 1);
    say(bus, topic, new Readiness(mute, node.membership().self(), false, Set.of()));
  }

  private static void say(PresenceBus bus, String topic, Readiness word) {
    bus.toAllNodes(Ownership.shard(topic), word);
  }

  @Test
  void aSessionHearsOfWhatAnotherTakesFromIt() throws Exception {
    BlockingQueue<String> taken = new LinkedBlockingQueue<>();
    Session first = presence.session();
    first.onTaken((topic, key) -> taken.add(key + " on " + topic));
    Ref ref = await(first.track("room:twice", "ana", META));
    Session second = presence.session();
    await(second.track("room:twice", "ana", META, ref));
    assertThat(taken.poll(10, TimeUnit.SECONDS)).isEqualTo("ana on room:twice");
    Ref again = await(first.track("room:twice", "ana", META));
    await(first.cut(60_000));
    await(presence.session().track("room:twice", "ana", META, again));
    assertThat(taken.poll(200, TimeUnit.MILLISECONDS)).isNull();
    assertThat(await(presence.get("room:twice", "ana"))).hasSize(2);
  }

  @Test
  void aMetaThatIsNoJsonIsEmptyAndKeepsNobodyFromTheList() throws Exception {
    String topic = "room:broken";
    NodeId faulty = new NodeId("faulty");
    PresenceBus bus = new PresenceBus(node.vertx());
    int shard = Ownership.shard(topic);
    List<Operation> operations = new ArrayList<>();
    for (String meta : List.of("{", "null", "[1]")) {
      long clock = 1L + operations.size();
      Entry entry = new Entry(new Ref(faulty, clock), null, topic, "user" + clock, meta);
      operations.add(new Operation(clock, entry, 0, null));
    }
    Told before = Told.of(topic);
    before.hears("state []");
    bus.toAllReplicas(shard, new Beat(faulty, node.membership().self(), 1, 0));
    bus.toAllReplicas(shard, new Delta(faulty, 0, operations));
    before.hears("diff +[user1, user2, user3] -[]");
    Told.of(topic).hears("state [user1, user2, user3]");
    List<Meta> read = await(presence.list(topic)).get("user1");
    assertThat(read).extracting(Meta::data).containsExactly(new JsonObject());
    bus.toAllReplicas(shard, new Goodbye(faulty, operations.size() + 1, Map.of()));
    before.hears("joined user1 1", "joined user2 1", "joined user3 1");
    before.hears("diff +[] -[user1, user2, user3]");
  }

  @Test
  void trackingAgainAnswersWithTheRefThatItHas() throws Exception {
    Session session = presence.session();
    Ref ref = await(session.track("room:again", "ana", META));
    assertThat(await(session.track("room:again", "ana", new JsonObject()))).isEqualTo(ref);
    Ref updated = await(session.update("room:again", "ana", META));
    assertThat(updated).isNotEqualTo(ref);
    assertThat(await(session.track("room:again", "ana", META))).isEqualTo(updated);
    await(session.untrack("room:again", "ana"));
    await(session.untrack("room:again", "ana"));
    assertThat(await(session.track("room:again", "ana", META))).isNotEqualTo(updated);
    await(session.close());
  }

  @Test
  void badArgumentsAreRefusedAndTrackNothing() {
    int before = presence.trackedCount();
    Session session = presence.session();
    JsonObject large = new JsonObject().put("text", "é".repeat(2_100));
    refused(session.track(" ", "ana", META), "not a topic");
    refused(session.track("room:bad", "", META), "a key has 1 to 256 characters");
    refused(session.track("room:bad", "a".repeat(257), META), "a key has 1 to 256 characters");
    refused(session.track("room:bad", "ana", large), "a meta has at most 4096 bytes");
    refused(session.update("room:bad", "ana", large), "a meta has at most 4096 bytes");
    JsonObject deep = new JsonObject();
    for (int i = 0; i < 40; i++) {
      deep = new JsonObject().put("in", deep);
    }
    JsonObject huge = new JsonObject().put("n", BigInteger.TEN.pow(1_500));
    JsonObject none = new JsonObject().put("what", new Object());
    refused(session.track("room:bad", "ana", deep), "a meta is nested at most 32 deep");
    refused(session.track("room:bad", "ana", huge), "a meta must be JSON");
    refused(session.track("room:bad", "ana", none), "a meta must be JSON");
    refused(
        session.track("room:bad", "an\uD83D", META),
        "a key is a text, without halves of a character");
    refused(session.cut(60_001), "a session lingers for 0 to 60000 ms, not 60001");
    refused(presence.list("a\nb"), "not a topic");
    refused(presence.list("room:\uD83D"), "not a topic");
    refused(presence.get("", "ana"), "not a topic");
    refused(presence.count(""), "not a topic");
    refused(presence.page("room:bad", "", 0), "a page has 1 to 1000 keys, not 0");
    refused(presence.page("room:bad", "", 1_001), "a page has 1 to 1000 keys, not 1001");
    assertThatThrownBy(() -> presence.follow("", new Told()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(presence.trackedCount()).isEqualTo(before);
  }

  @Test
  void noSessionClosesForAReasonThatOnlyReplicasKnow() throws Exception {
    Session session = presence.session();
    for (Reason reason : List.of(Reason.REPLACED, Reason.NODE_DOWN)) {
      assertThatThrownBy(() -> session.close(reason)).isInstanceOf(IllegalArgumentException.class);
    }
    await(session.track("room:open", "ana", META));
    await(session.close());
  }

  @Test
  void whatIsNullIsRefusedAtOnceAndHarmsNothing() throws Exception {
    Told told = Told.of("room:null");
    told.hears("state []");
    Session session = presence.session();
    await(session.track("room:null", "ana", META));
    told.hears("diff +[ana] -[]", "joined ana 1");
    List<ThrowingCallable> calls =
        List.of(
            () -> session.track(null, "ana", META),
            () -> session.track("room:null", null, META),
            () -> session.track("room:null", "bo", null),
            () -> session.update("room:null", "ana", null),
            () -> session.untrack("room:null", null),
            () -> session.close(null),
            () -> presence.follow("room:null", null),
            () -> presence.fetch("room:", null),
            () -> presence.list(null),
            () -> presence.get("room:null", null));
    assertThat(calls)
        .allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(NullPointerException.class));
    await(session.close());
    told.hears("diff +[] -[ana]", "left ana 1 closed");
  }

  @Test
  void aSessionThatLingersCanBeClosed() throws Exception {
    Told told = Told.of("room:cut");
    told.hears("state []");
    Session session = presence.session();
    await(session.track("room:cut", "ana", META));
    told.hears("diff +[ana] -[]", "joined ana 1");
    await(session.cut(60_000));
    await(session.close(Reason.KICKED));
    told.hears("diff +[] -[ana]", "left ana 1 kicked");
  }

  @Test
  void whatIsNotTrackedCannotBeUpdated() {
    assertThatThrownBy(() -> await(presence.session().update("room:none", "ana", META)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("not tracked: ana on room:none");
  }

  @Test
  void aClosedSessionTracksNothingMore() throws Exception {
    Session session = presence.session();
    await(session.close());
    await(session.close());
    assertThatThrownBy(() -> await(session.track("room:closed", "ana", META)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the session is closed");
  }

  @Test
  void aKeyHasAHundredMetasANode() throws Exception {
    Session last = presence.session();
    for (int i = 0; i < 100; i++) {
      await(presence.session().track("room:full", "ana", META));
    }
    assertThatThrownBy(() -> await(last.track("room:full", "ana", META)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a key has at most 100 metas a node");
    assertThat(await(last.track("room:full", "bo", META))).isNotNull();
  }

  @Test
  void whatIsFollowedAndWhatIsNotIsReadAlike() throws Exception {
    Session session = presence.session();
    for (String key : List.of("ana", "bo", "cy")) {
      await(session.track("room:read", key, META));
    }
    await(presence.session().track("room:read", "bo", META));
    // What the view has the owner has published.
    Told told = Told.of("room:read");
    assertThat(told.next()).isNotNull();
    until(() -> presence.count("room:read"), 3);
    until(() -> presence.get("room:read", "bo").map(List::size), 2);
    String followed = read("room:read");
    told.follow.close();
    assertThat(read("room:read")).isEqualTo(followed).isEqualTo("3 ana [ana, bo] more [cy]");
  }

  @Test
  void whatIsReturnedCompletesOnTheCallersContext() throws Exception {
    Promise<Void> done = Promise.promise();
    await(
        node.vertx()
            .deployVerticle(
                new User(
                    () -> {
                      Context mine = node.vertx().getOrCreateContext();
                      onContext(mine).onComplete(done);
                      return Future.succeededFuture();
                    })));
    await(done.future());
  }

  private static Future<Void> onContext(Context mine) {
    Session session = presence.session();
    return session
        .track("room:context", "ana", META)
        .map(ref -> here(mine, "track"))
        .compose(ok -> session.update("room:context", "ana", META))
        .map(ref -> here(mine, "update"))
        .compose(ok -> presence.get("room:context", "ana"))
        .map(metas -> here(mine, "get from the owner"))
        .compose(ok -> presence.list("room:context"))
        .map(list -> here(mine, "list"))
        .compose(ok -> presence.list("room:context"))
        .map(list -> here(mine, "list of what is followed"))
        .compose(ok -> presence.count("room:context"))
        .map(count -> here(mine, "count of what is followed"))
        .compose(ok -> session.untrack("room:context", "ana"))
        .map(ok -> here(mine, "untrack"))
        .compose(ok -> session.close())
        .map(ok -> here(mine, "close"))
        .mapEmpty();
  }

  private static String here(Context mine, String what) {
    assertThat(Vertx.currentContext()).as(what).isSameAs(mine);
    return what;
  }

  @Test
  void whatAVerticleTrackedAndFollowedEndsWithIt() throws Exception {
    Told outside = Told.of("room:verticle");
    outside.hears("state []");
    Told inside = new Told();
    String deployed =
        await(
            node.vertx()
                .deployVerticle(
                    new User(
                        () -> {
                          presence.follow("room:verticle", inside);
                          return presence.session().track("room:verticle", "bot", META);
                        })));
    outside.hears("diff +[bot] -[]", "joined bot 1");
    assertThat(inside.next()).startsWith("state");
    await(node.vertx().undeploy(deployed));
    outside.hears("diff +[] -[bot]", "left bot 1 closed");
    assertThat(inside.words).doesNotContain("left bot 1 closed");
  }

  @Test
  void listenersAreToldWithWhatWasFetchedForThem() throws Exception {
    presence.fetch(
        "named:",
        (topic, keys) ->
            keys.contains("bo")
                ? Future.failedFuture("the database is away")
                : Future.succeededFuture(Map.of("ana", new JsonObject().put("name", "Ana B."))));
    BlockingQueue<JsonObject> diffs = new LinkedBlockingQueue<>();
    presence.follow(
        "named:room",
        new PresenceListener() {
          @Override
          public void state(JsonObject state) {}

          @Override
          public void diff(JsonObject diff) {
            diffs.add(diff);
          }
        });
    Session session = presence.session();
    await(session.track("named:room", "ana", new JsonObject().put("tab", 1)));
    assertThatIsNamed(next(diffs, "joins", "ana"));
    await(session.close());
    assertThatIsNamed(next(diffs, "leaves", "ana"));
    long failed = presence.failedFetches();
    await(presence.session().track("named:room", "bo", META));
    assertThat(next(diffs, "joins", "bo").fieldNames()).containsExactly("metas");
    assertThat(presence.failedFetches()).isEqualTo(failed + 1);
  }

  private static JsonObject next(BlockingQueue<JsonObject> diffs, String how, String key)
      throws InterruptedException {
    return diffs.poll(10, TimeUnit.SECONDS).getJsonObject(how).getJsonObject(key);
  }

  private static void assertThatIsNamed(JsonObject ana) {
    assertThat(ana.getString("name")).isEqualTo("Ana B.");
    assertThat(ana.getJsonArray("metas").getJsonObject(0).getInteger("tab")).isEqualTo(1);
  }

  @Test
  void aStateIsFetchedOnceForAllWhoBeginToListen() throws Exception {
    AtomicInteger fetched = new AtomicInteger();
    presence.fetch(
        "crowded:",
        (topic, keys) -> {
          fetched.incrementAndGet();
          return Future.succeededFuture(Map.of());
        });
    Told first = Told.of("crowded:room");
    first.hears("state []");
    assertThat(fetched).as("of nobody").hasValue(0);
    await(presence.session().track("crowded:room", "ana", META));
    first.hears("diff +[ana] -[]");
    assertThat(fetched).hasValue(1);
    List<Told> crowd = Stream.generate(() -> Told.of("crowded:room")).limit(50).toList();
    for (Told told : crowd) {
      told.hears("state [ana]");
    }
    assertThat(fetched).hasValue(2);
  }

  @Test
  void whoFetchesNothingTakesNothingAway() throws Exception {
    presence.fetch("null:", (topic, keys) -> keys.contains("ana") ? null : nothing(keys));
    Told told = Told.of("null:room");
    told.hears("state []");
    for (String key : List.of("ana", "bo", "cy")) {
      await(presence.session().track("null:room", key, META));
      told.hears("diff +[" + key + "] -[]", "joined " + key + " 1");
    }
  }

  private static Future<Map<String, JsonObject>> nothing(Set<String> keys) {
    Map<String, JsonObject> fields = new HashMap<>();
    fields.put("cy", null);
    return Future.succeededFuture(keys.contains("cy") ? fields : null);
  }

  @Test
  void whoFollowsWithoutAReplicaIsToldThatNothingIsCertain() throws Exception {
    Node alone = TestNode.start(lonely -> new User(Future::succeededFuture));
    Promise<Boolean> stale = Promise.promise();
    alone
        .presence()
        .follow(
            "room:alone",
            new PresenceListener() {
              @Override
              public void state(JsonObject state) {}

              @Override
              public void diff(JsonObject diff) {}

              @Override
              public void stale(boolean isStale) {
                stale.tryComplete(isStale);
              }
            });
    assertThat(await(stale.future())).isTrue();
    await(alone.close());
  }

  @Test
  void withoutAReplicaReadersAreToldSoInTime() throws Exception {
    Node alone = TestNode.start(lonely -> new User(Future::succeededFuture));
    try {
      long startedNanos = System.nanoTime();
      await(alone.presence().session().track("room:alone", "ana", META));
      unavailable(alone.presence().get("room:alone", "ana"));
      unavailable(alone.presence().count("room:alone"));
      unavailable(alone.presence().page("room:alone", "", 10));
      unavailable(alone.presence().list("room:alone"));
      assertThat(System.nanoTime() - startedNanos).isLessThan(TimeUnit.SECONDS.toNanos(5));
      assertThat(alone.presence().readyReplicas()).isZero();
    } finally {
      await(alone.close());
    }
  }

  @Test
  void aNodeThatLeftTracksNothingMore() throws Exception {
    Node leaving = TestNode.start(lonely -> new User(Future::succeededFuture));
    Session session = leaving.presence().session();
    await(session.track("room:leaving", "ana", META));
    await(leaving.presence().close());
    assertThat(leaving.presence().trackedCount()).isZero();
    assertThatThrownBy(() -> await(session.track("room:leaving", "bo", META)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the node is leaving");
    await(session.untrack("room:leaving", "ana"));
    await(session.close());
    await(leaving.close());
  }

  private static String read(String topic) throws Exception {
    List<Meta> ana = await(presence.get(topic, "ana"));
    var page = await(presence.page(topic, "", 2));
    var rest = await(presence.page(topic, "bo", 2));
    assertThat(await(presence.get(topic, "nobody"))).isEmpty();
    assertThat(ana).extracting(meta -> meta.data().getString("name")).containsExactly("Ana");
    assertThat(page.people().get("bo")).hasSize(2);
    assertThat(rest.more()).isFalse();
    return await(presence.count(topic))
        + " ana "
        + page.people().keySet()
        + (page.more() ? " more " : " end ")
        + rest.people().keySet();
  }

  private static void refused(Future<?> asked, String why) {
    assertThatThrownBy(() -> await(asked))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  private static void unavailable(Future<?> asked) {
    assertThatThrownBy(() -> await(asked)).isInstanceOf(PresenceUnavailable.class);
  }

  /** Asks until it answers so; each answer is an event of its own. */
  private static <T> void until(Supplier<Future<T>> ask, T expected) throws Exception {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    T answer = await(ask.get());
    while (!answer.equals(expected)) {
      assertThat(System.nanoTime()).as("still %s", answer).isLessThan(deadlineNanos);
      answer = await(ask.get());
    }
  }
}
