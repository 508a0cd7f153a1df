package dev.rollcall.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {
  @Test
  void aStatusAloneIsNamed() {
    assertThat(Problems.of(404, null).toJson())
        .isEqualTo(
            new JsonObject()
                .put("type", "about:blank")
                .put("title", "Not Found")
                .put("status", 404));
  }

  @Test
  void aStatusOfTheRouterIsKept() {
    assertThat(Problems.of(413, new HttpException(413)).status()).isEqualTo(413);
  }

  @Test
  void aRejectionNamesItsField() {
    assertThat(Problems.of(500, new Rejected("/customer", "must be somebody")).toJson())
        .isEqualTo(
            new JsonObject()
                .put("type", "about:blank")
                .put("title", "Invalid request")
                .put("status", 400)
                .put(
                    "errors",
                    new JsonArray(
                        List.of(
                            new JsonObject()
                                .put("field", "/customer")
                                .put("message", "must be somebody")))));
  }

  @Test
  void aLostDatabaseIsUnavailable() {
    assertThat(Problems.of(500, ClosedConnectionException.INSTANCE).status()).isEqualTo(503);
  }

  @Test
  void aFaultOfOursTellsNothing() {
    Problem problem = Problems.of(500, new IllegalStateException("secret"));

    assertThat(problem.status()).isEqualTo(500);
    assertThat(problem.toJson().encode()).doesNotContain("secret", "IllegalState");
  }

  @Test
  void aFaultIsOursWhateverTheRouterThought() {
    assertThat(Problems.of(404, new IllegalStateException()).status()).isEqualTo(500);
  }

  @Test
  void whatTheRouterCouldNotReadIsTheFaultOfWhoAsked() {
    assertThat(Problems.of(400, new IllegalArgumentException("%zz")).toJson())
        .isEqualTo(Problem.ofStatus(400).toJson());
    assertThat(Problems.of(400, new HttpException(400, "%zz", new IllegalArgumentException())))
        .isEqualTo(Problem.ofStatus(400));
    assertThat(Problems.of(200, new NumberFormatException("zz"))).isEqualTo(Problem.ofStatus(400));
  }
}
