package dev.rollcall.orders;

import dev.rollcall.orders.Creation.Created;
import dev.rollcall.orders.Creation.KeyReused;
import dev.rollcall.orders.Creation.RepeatedSku;
import dev.rollcall.orders.StatusChange.Changed;
import dev.rollcall.orders.StatusChange.Illegal;
import dev.rollcall.orders.StatusChange.NoSuchOrder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Orders over REST, as {@code openapi.yaml} says. */
final class OrdersApi {
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final long MAX_BODY_BYTES = 64 * 1024;

  private final Contract contract;
  private final Orders orders;
  private final Supplier<Future<Stats>> stats;

  OrdersApi(Contract contract, Orders orders, Supplier<Future<Stats>> stats) {
    this.contract = contract;
    this.orders = orders;
    this.stats = stats;
  }

  /** Returns all routes of the service. */
  Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().failureHandler(Problems::answer);
    router.head().handler(OrdersApi::asGet);
    router.get("/").handler(request -> request.json(links()));
    router.get("/" + Contract.NAME).handler(this::yaml);
    router.post("/orders").handler(OrdersApi::requireJson);
    router.put("/orders/:id/status").handler(OrdersApi::requireJson);
    router.route().subRouter(api(vertx));
    for (String path : List.of("/", "/" + Contract.NAME, "/orders/:id", "/stats")) {
      router.route(path).handler(request -> otherMethod(request, "GET, HEAD, OPTIONS"));
    }
    router.route("/orders").handler(request -> otherMethod(request, "GET, HEAD, POST, OPTIONS"));
    router.route("/orders/:id/status").handler(request -> otherMethod(request, "PUT, OPTIONS"));
    router.route().handler(request -> request.fail(404));
    return router;
  }

  private Router api(Vertx vertx) {
    RouterBuilder api = RouterBuilder.create(vertx, contract.openApi(), new StrictExtractor());
    api.rootHandler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    api.getRoute("createOrder").addHandler(this::create);
    api.getRoute("listOrders").addHandler(this::list);
    api.getRoute("getOrder").addHandler(this::get);
    api.getRoute("changeStatus").addHandler(this::change);
    api.getRoute("getStats").addHandler(this::stats);
    return api.createRouter();
  }

  private void create(RoutingContext request) {
    NewOrder wanted = NewOrder.of(validated(request).getBody().getJsonObject());
    RequestParameter key = validated(request).getHeaders().get(IDEMPOTENCY_KEY);
    orders
        .create(wanted, key.getString())
        .onFailure(request::fail)
        .onSuccess(end -> answer(request, end));
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
    } else if (end instanceof KeyReused) {
      Problems.answer(request, Problem.keyReused());
    }
  }

  private void list(RoutingContext request) {
    Map<String, RequestParameter> query = validated(request).getQuery();
    RequestParameter before = query.get("before");
    RequestParameter limit = query.get("limit");
    orders
        .page(
            before.isNull() ? Long.MAX_VALUE : before.getLong(),
            limit.isNull() ? Page.DEFAULT_LIMIT : limit.getInteger())
        .map(Page::toJson)
        .onFailure(request::fail)
        .onSuccess(request::json);
  }

  private void get(RoutingContext request) {
    orders.get(id(request)).onFailure(request::fail).onSuccess(order -> found(request, order));
  }

  private static void found(RoutingContext request, Optional<Order> order) {
    order.map(Order::toJson).ifPresentOrElse(request::json, () -> request.fail(404));
  }

  private void change(RoutingContext request) {
    String status = validated(request).getBody().getJsonObject().getString("status");
    orders
        .change(id(request), Status.of(status).orElseThrow())
        .onFailure(request::fail)
        .onSuccess(end -> answer(request, end));
  }

  private static void answer(RoutingContext request, StatusChange end) {
    if (end instanceof Changed changed) {
      request.json(changed.order().toJson());
    } else if (end instanceof Illegal step) {
      Problems.answer(request, Problem.illegal(step));
    } else if (end instanceof NoSuchOrder) {
      request.fail(404);
    }
  }

  private void stats(RoutingContext request) {
    stats.get().map(Stats::toJson).onFailure(request::fail).onSuccess(request::json);
  }

  private static long id(RoutingContext request) {
    return validated(request).getPathParameters().get("id").getLong();
  }

  private static ValidatedRequest validated(RoutingContext request) {
    return request.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST);
  }

  private static void requireJson(RoutingContext request) {
    String coding = request.request().getHeader("Content-Encoding");
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      request.response().putHeader("Accept-Encoding", "identity");
      request.fail(415);
    } else if (!isJson(request.parsedHeaders().contentType())) {
      request.response().putHeader("Accept", "application/json");
      request.fail(415);
    } else {
      request.next();
    }
  }

  private static boolean isJson(MIMEHeader type) {
    return "application".equalsIgnoreCase(type.component())
        && "json".equalsIgnoreCase(type.subComponent())
        && type.parameters().getOrDefault("charset", "utf-8").equalsIgnoreCase("utf-8");
  }

  /** The same but for the body, which the server leaves away. */
  private static void asGet(RoutingContext request) {
    String query = request.request().query();
    String path = request.request().path();
    request.reroute(HttpMethod.GET, query == null ? path : path + "?" + query);
  }

  private static void otherMethod(RoutingContext request, String allowed) {
    request.response().putHeader("Allow", allowed);
    if (request.request().method().equals(HttpMethod.OPTIONS)) {
      request.response().setStatusCode(204).end();
    } else {
      request.fail(405);
    }
  }

  private void yaml(RoutingContext request) {
    request.response().putHeader("Content-Type", "application/yaml").end(contract.text());
  }

  private static JsonObject links() {
    return new JsonObject(
        Map.of("orders", "/orders", "stats", "/stats", "contract", "/" + Contract.NAME));
  }
}
