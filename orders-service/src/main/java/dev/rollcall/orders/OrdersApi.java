package dev.rollcall.orders;

import dev.rollcall.database.Database;
import dev.rollcall.orders.Creation.Created;
import dev.rollcall.orders.Creation.RepeatedSku;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Orders over REST, as {@code openapi.yaml} says. */
final class OrdersApi {
  static final int DEFAULT_LIMIT = 20;
  static final int MAX_LIMIT = 100;

  private static final String CONTRACT = "openapi.yaml";
  private static final long MAX_BODY_BYTES = 64 * 1024;

  private final Orders orders;
  private final Consumer<Order> announcer;

  /**
   * @param announcer told of every order after its commit
   */
  OrdersApi(Orders orders, Consumer<Order> announcer) {
    this.orders = orders;
    this.announcer = announcer;
  }

  /** Returns all routes of the service. */
  Future<Router> router(Vertx vertx) {
    return vertx
        .fileSystem()
        .readFile(CONTRACT)
        .compose(
            text ->
                OpenAPIContract.from(vertx, parsed(text))
                    .map(contract -> router(vertx, contract, text)));
  }

  /**
   * The validator of requests refuses a contract with a media type that it does not know, even in
   * answers, which it never sees.
   */
  private static JsonObject parsed(Buffer contract) {
    String known = contract.toString().replace("application/problem+json", "application/json");
    Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(known);
    return new JsonObject(yaml);
  }

  private Router router(Vertx vertx, OpenAPIContract contract, Buffer text) {
    RouterBuilder api = RouterBuilder.create(vertx, contract, RequestExtractor.withBodyHandler());
    api.rootHandler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    api.getRoute("createOrder").addHandler(this::create);
    api.getRoute("listOrders").addHandler(this::list);
    api.getRoute("getOrder").addHandler(this::get);

    Router router = Router.router(vertx);
    router.route().failureHandler(Problems::answer);
    router.get("/").handler(request -> request.json(links()));
    router.get("/" + CONTRACT).handler(request -> yaml(request, text));
    router.post("/orders").handler(OrdersApi::requireJson);
    router.route().subRouter(api.createRouter());
    router.route("/orders").handler(request -> refuseMethod(request, "GET, POST"));
    router.route("/orders/:id").handler(request -> refuseMethod(request, "GET"));
    router.route().handler(request -> request.fail(404));
    return router;
  }

  /** Announces whatever is committed, also when its requester has given up by then. */
  private void create(RoutingContext request) {
    NewOrder wanted = NewOrder.of(validated(request).getBody().getJsonObject());
    Future<Creation> creation = orders.create(wanted).onSuccess(this::announce);
    Database.bounded(creation).onFailure(request::fail).onSuccess(end -> answer(request, end));
  }

  private void announce(Creation end) {
    if (end instanceof Created created) {
      announcer.accept(created.order());
    }
  }

  private static void answer(RoutingContext request, Creation end) {
    if (end instanceof Created created) {
      request
          .response()
          .setStatusCode(201)
          .putHeader("Location", "/orders/" + created.order().id());
      request.json(created.order().toJson());
    } else if (end instanceof RepeatedSku repeated) {
      Problems.answer(request, Problem.repeatedSku(repeated));
    }
  }

  private void list(RoutingContext request) {
    RequestParameter limit = validated(request).getQuery().get("limit");
    Database.bounded(orders.newest(limit.isNull() ? DEFAULT_LIMIT : limit.getInteger()))
        .map(OrdersApi::json)
        .onFailure(request::fail)
        .onSuccess(request::json);
  }

  private void get(RoutingContext request) {
    long id = validated(request).getPathParameters().get("id").getLong();
    Database.bounded(orders.get(id))
        .onFailure(request::fail)
        .onSuccess(order -> found(request, order));
  }

  private static void found(RoutingContext request, Optional<Order> order) {
    order.map(Order::toJson).ifPresentOrElse(request::json, () -> request.fail(404));
  }

  /** Returns what REST and the bus answer for several orders. */
  static JsonObject json(List<Order> orders) {
    JsonArray json = new JsonArray();
    orders.forEach(order -> json.add(order.toJson()));
    return new JsonObject().put("orders", json);
  }

  private static ValidatedRequest validated(RoutingContext request) {
    return request.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST);
  }

  private static void requireJson(RoutingContext request) {
    var type = request.parsedHeaders().contentType();
    boolean json =
        "application".equalsIgnoreCase(type.component())
            && "json".equalsIgnoreCase(type.subComponent());
    String charset = type.parameters().getOrDefault("charset", "utf-8");
    if (json && charset.equalsIgnoreCase("utf-8")) {
      request.next();
    } else {
      request.response().putHeader("Accept-Post", "application/json");
      request.fail(415);
    }
  }

  private static void refuseMethod(RoutingContext request, String allowed) {
    request.response().putHeader("Allow", allowed);
    request.fail(405);
  }

  private static void yaml(RoutingContext request, Buffer contract) {
    request.response().putHeader("Content-Type", "application/yaml").end(contract);
  }

  private static JsonObject links() {
    return new JsonObject(Map.of("orders", "/orders", "contract", "/" + CONTRACT));
  }
}
