package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps of an order, over HTTP. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrdersApiStatusTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension final TestApi api = new TestApi(SERVER);

  @ParameterizedTest
  @CsvSource({"paid shipped delivered", "cancelled", "paid cancelled"})
  void anOrderIsTakenOnStepByStepAndEachIsAnnounced(String steps) throws Exception {
    Answer created = api.post(Samples.order());
    String from = "placed";
    api.announcement();

    for (String to : steps.split(" ", -1)) {
      Answer changed = api.send(Call.status(created.id(), to)).assertStatus(200);
      Message message = api.announcement();

      assertThat(changed.json()).isEqualTo(created.json().put("status", to));
      assertThat(api.get("/orders/1").json()).isEqualTo(changed.json());
      assertThat(message.event()).isEqualTo("order_status_changed");
      assertThat(message.payload().getString("from")).isEqualTo(from);
      assertThat(message.payload().getString("status")).isEqualTo(to);
      from = to;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''             | shipped   | placed can't become shipped, but paid or cancelled.",
        "''             | delivered | placed can't become delivered, but paid or cancelled.",
        "paid           | placed    | paid can't become placed, but shipped or cancelled.",
        "paid           | delivered | paid can't become delivered, but shipped or cancelled.",
        "paid shipped   | cancelled | shipped can't become cancelled, but delivered.",
        "cancelled      | placed    | cancelled can't become placed, but stays so.",
        "paid shipped delivered | paid | delivered can't become paid, but stays so."
      })
  void anotherStepIsRefusedWithThoseThatAreLegalAndChangesNothing(
      String before, String step, String detail) throws Exception {
    api.post(Samples.order());
    List<String> steps = Stream.of(before.split(" ")).filter(each -> !each.isEmpty()).toList();
    for (String each : steps) {
      api.send(Call.status(1, each)).assertStatus(200);
    }
    Answer stored = api.get("/orders/1");
    Answer refused = api.send(Call.status(1, step));

    refused.assertProblem(409);
    assertThat(refused.json().getString("detail")).isEqualTo("An order that is " + detail);
    assertThat(api.get("/orders/1").body()).isEqualTo(stored.body());
    assertThat(api.announced()).hasSize(1 + steps.size());
  }

  @Test
  void aStepThatWasTakenAlreadyIsNoChange() throws Exception {
    api.post(Samples.order());
    Answer first = api.send(Call.status(1, "paid")).assertStatus(200);
    Answer second = api.send(Call.status(1, "paid")).assertStatus(200);

    assertThat(second.body()).isEqualTo(first.body());
    assertThat(api.announced()).hasSize(2);
  }

  @Test
  void anOrderThatIsNotThereIsNotFound() throws Exception {
    api.send(Call.status(1, "paid")).assertProblem(404);
    api.assertNothingHappened();
  }

  @Test
  void ofTwoStepsAtOnceTheSecondStartsWhereTheFirstLed() throws Exception {
    List<Future<Answer>> all = new ArrayList<>();
    for (long id = 1; id <= 20; id++) {
      api.post(Samples.order());
    }
    for (long id = 1; id <= 20; id++) {
      all.add(api.request(Call.status(id, "paid")));
      all.add(api.request(Call.status(id, "cancelled")));
    }
    result(Future.all(all));

    // What is paid may be cancelled, and not the other way round.
    assertThat(all).allSatisfy(each -> assertThat(each.result().status()).isIn(200, 409));
    for (long id = 1; id <= 20; id++) {
      assertThat(api.get("/orders/" + id).json().getString("status")).isEqualTo("cancelled");
    }
  }
}
