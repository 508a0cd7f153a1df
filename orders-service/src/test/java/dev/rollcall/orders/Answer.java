package dev.rollcall.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What a client sees. */
record Answer(int status, MultiMap headers, Buffer body) {
  JsonObject json() {
    return body.toJsonObject();
  }

  long id() {
    return json().getLong("id");
  }

  /** Of a page's orders. */
  List<Long> ids() {
    return json().getJsonArray("orders").stream()
        .map(order -> ((JsonObject) order).getLong("id"))
        .toList();
  }

  /** Of a problem: those that are wrong. */
  List<String> fields() {
    return json().getJsonArray("errors", new JsonArray()).stream()
        .map(error -> ((JsonObject) error).getString("field"))
        .toList();
  }

  String header(String name) {
    return headers.get(name);
  }

  Answer assertStatus(int expected) {
    assertThat(status).as(body.toString()).isEqualTo(expected);
    return this;
  }

  /** A problem in the words of RFC 9457 that tells nothing of the service's insides. */
  Answer assertProblem(int expected) {
    assertStatus(expected);
    assertThat(header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(json().getInteger("status")).isEqualTo(expected);
    assertThat(json().getString("type")).isEqualTo("about:blank");
    assertThat(json().getString("title")).isNotBlank();
    assertThat(body.toString())
        .doesNotContain("Exception", "dev.rollcall", "io.vertx", "java.", "\\tat ")
        .doesNotContainIgnoringCase("select ", "insert ", "update ", "relation", "constraint");
    return this;
  }
}
