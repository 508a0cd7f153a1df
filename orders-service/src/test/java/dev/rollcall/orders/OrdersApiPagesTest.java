package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of orders, and the stats. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrdersApiPagesTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension final TestApi api = new TestApi(SERVER);

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10, 29, 30, 31, 100})
  void pagesShowAllThatWasThereOnceWhileOthersOrder(int limit) throws Exception {
    List<Long> there = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      there.add(api.post(Samples.order()).id());
    }
    List<Long> seen = new ArrayList<>();
    List<Future<Answer>> others = new ArrayList<>();
    String path = "/orders?limit=" + limit;
    while (path != null) {
      JsonObject page = page(path, seen);
      others.add(api.request(Call.post(Samples.order())));
      path = page.containsKey("next") ? next(limit, page.getLong("next")) : null;
    }
    result(Future.all(others));

    assertThat(seen).isSortedAccordingTo(Comparator.reverseOrder()).doesNotHaveDuplicates();
    assertThat(seen).containsAll(there);
    assertThat(api.get("/orders?limit=100").ids()).hasSize(30 + others.size());
  }

  private JsonObject page(String path, List<Long> seen) throws Exception {
    Answer answer = api.get(path).assertStatus(200);
    seen.addAll(answer.ids());
    return answer.json();
  }

  private static String next(int limit, long next) {
    return "/orders?limit=" + limit + "&before=" + next;
  }

  @Test
  void aPageIsFollowedByAnotherOnlyWhereThereIsOne() throws Exception {
    for (int i = 0; i < 21; i++) {
      api.post(Samples.order());
    }
    Answer first = api.get("/orders").assertStatus(200);
    Answer second = api.get("/orders?before=" + first.json().getLong("next")).assertStatus(200);

    assertThat(first.ids()).hasSize(20);
    assertThat(second.ids()).containsExactly(1L);
    assertThat(second.json().containsKey("next")).isFalse();
    assertThat(api.get("/orders?limit=21").json().containsKey("next")).isFalse();
    assertThat(api.get("/orders?before=1").assertStatus(200).ids()).isEmpty();
  }

  @Test
  void thePagesOfNothingAreOneThatIsEmpty() throws Exception {
    assertThat(api.get("/orders").json()).isEqualTo(new JsonObject("{\"orders\": []}"));
  }

  @Test
  void theStatsSayWhatWasSold() throws Exception {
    api.post(Samples.order());
    api.post(Samples.order(Samples.item().put("quantity", 1).put("unit_price", 60)));
    api.post(Samples.order().put("currency", "USD"));
    api.send(Call.status(1, "paid"));
    api.send(Call.status(2, "cancelled"));
    SERVER.settle();
    JsonObject stats = api.get("/stats").assertStatus(200).json();

    assertThat(stats.getLong("position")).isEqualTo(5);
    assertThat(stats.getLong("orders")).isEqualTo(3);
    assertThat(stats.getJsonObject("revenue"))
        .isEqualTo(new JsonObject().put("EUR", 900).put("USD", 900));
    assertThat(stats.getJsonObject("statuses"))
        .isEqualTo(new JsonObject().put("placed", 1).put("paid", 1).put("cancelled", 1));
    assertThat(stats.getJsonArray("per_minute").stream())
        .extracting(minute -> ((JsonObject) minute).getInteger("orders"))
        .satisfies(
            counts -> assertThat(counts.stream().mapToInt(count -> count).sum()).isEqualTo(3));
    // To within 0.8 %.
    assertThat(stats.getJsonObject("baskets").getJsonObject("EUR").getLong("p50")).isEqualTo(60);
    assertThat(stats.getJsonObject("baskets").getJsonObject("EUR").getLong("p95"))
        .isBetween(893L, 907L);
  }

  @Test
  void theStatsOfNothingAreEmpty() throws Exception {
    assertThat(api.get("/stats").assertStatus(200).json())
        .isEqualTo(
            new JsonObject(
                """
                {"position": 0, "orders": 0, "revenue": {}, "statuses": {}, "per_minute": [],
                 "baskets": {}}
                """));
  }
}
