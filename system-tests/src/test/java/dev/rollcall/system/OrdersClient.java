package dev.rollcall.system;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** What a shop's checkout does: creates orders over HTTP. */
record OrdersClient(URI service) {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static OrdersClient of(Layout layout) {
    return new OrdersClient(layout.instances(Kind.ORDERS).get(0).http());
  }

  /** Returns the id of a new order of one item, 4.50 EUR. */
  long create(String customer) throws IOException, InterruptedException {
    HttpResponse<String> answer = post(body(customer, item("tea-01")));
    if (answer.statusCode() != 201) {
      throw new IllegalStateException("status " + answer.statusCode() + ": " + answer.body());
    }
    return new JsonObject(answer.body()).getLong("id");
  }

  /** Asks for what fails in the middle of the transaction, after the order's row was inserted. */
  int createWithTheSameItemTwice(String customer) throws IOException, InterruptedException {
    return post(body(customer, item("tea-01") + "," + item("tea-01"))).statusCode();
  }

  void change(long order, String status) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(service.resolve("/orders/" + order + "/status"))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(new JsonObject().put("status", status).encode()))
            .build();
    HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("status " + answer.statusCode() + ": " + answer.body());
    }
  }

  String newest() throws IOException, InterruptedException {
    return get("/orders?limit=20").body();
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(service.resolve(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(service.resolve("/orders"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  private static String body(String customer, String items) {
    return String.format(
        "{\"customer\":\"%s\",\"currency\":\"EUR\",\"items\":[%s]}", customer, items);
  }

  private static String item(String sku) {
    return String.format("{\"sku\":\"%s\",\"quantity\":1,\"unit_price\":450}", sku);
  }
}
