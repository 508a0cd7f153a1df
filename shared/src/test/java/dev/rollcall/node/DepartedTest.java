package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A member that the list drops though it is well: its network works, it says its words. */
class DepartedTest {
  private static final int EVERY_MILLIS = 20;

  /** Halves look for each other every 5 s, after 10 s. */
  private static final long MERGED_SECONDS = 60;

  @Test
  void itIsReachedAllTheSameUntilTheListHasItAgain() throws Exception {
    TestCluster cluster = new TestCluster("departed-test");
    try {
      Node first = await(cluster.start(node -> new VerticleBase() {}));
      Node second = await(cluster.start(node -> new VerticleBase() {}));
      await(
          second.vertx().eventBus().consumer("answers", asked -> asked.reply("yes")).completion());
      List<Integer> heardByFirst = talk(second, first, "from-second");
      List<Integer> heardBySecond = talk(first, second, "from-first");

      HazelcastInstance master = master(cluster);
      ClusterServiceImpl members =
          ((HazelcastInstanceProxy) master).getOriginal().node.getClusterService();
      members.getMemberImpls().stream()
          .filter(member -> !member.localMember())
          .forEach(member -> members.suspectMember(member, "by the test", true));
      assertThat(first.membership().nodes()).containsExactly(first.id());
      // It might be dead, until its next word.
      await(first.vertx().timer(1_500, TimeUnit.MILLISECONDS));
      assertThat(await(first.vertx().eventBus().request("answers", "?")).body()).isEqualTo("yes");

      awaitMembers(first, Set.of(first.id(), second.id()));
      awaitMembers(second, Set.of(first.id(), second.id()));
      for (List<Integer> heard : List.of(heardByFirst, heardBySecond)) {
        int until = heard.get(heard.size() - 1) + 10;
        await(first.vertx().timer(EVERY_MILLIS * 25, TimeUnit.MILLISECONDS));
        assertThat(heard).contains(until);
        for (int i = 1; i < heard.size(); i++) {
          assertThat(heard.get(i)).as("after %d", heard.get(i - 1)).isEqualTo(heard.get(i - 1) + 1);
        }
      }
    } finally {
      cluster.closeAll();
    }
  }

  /** Counts from one node to the other. */
  private static List<Integer> talk(Node from, Node to, String topic) {
    List<Integer> heard = new CopyOnWriteArrayList<>();
    to.pubSub().subscribe(topic, message -> heard.add(message.payload().getInteger("number")));
    int[] number = new int[1];
    from.vertx()
        .setPeriodic(
            EVERY_MILLIS,
            timer ->
                from.pubSub()
                    .broadcast(topic, "number", new JsonObject().put("number", ++number[0])));
    return heard;
  }

  private static HazelcastInstance master(TestCluster cluster) {
    return Hazelcast.getAllHazelcastInstances().stream()
        .filter(member -> member.getConfig().getClusterName().equals(cluster.name()))
        .filter(member -> member.getCluster().getMembers().iterator().next().localMember())
        .findAny()
        .orElseThrow();
  }

  private static void awaitMembers(Node node, Set<?> nodes) {
    Vertx vertx = node.vertx();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MERGED_SECONDS);
    while (!node.membership().nodes().equals(nodes)) {
      assertThat(System.nanoTime()).as("merged in time").isLessThan(deadline);
      await(vertx.timer(100, TimeUnit.MILLISECONDS));
    }
  }
}
