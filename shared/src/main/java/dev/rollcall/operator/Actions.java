package dev.rollcall.operator;

import dev.rollcall.access.Access;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator can do; each is logged with who did it, and from where. */
final class Actions {
  private static final Logger log = LoggerFactory.getLogger(Operator.class);

  private final Gathering gathering;
  private final OperatorBus bus;
  private final Access access;

  Actions(Gathering gathering, OperatorBus bus, Access access) {
    this.gathering = gathering;
    this.bus = bus;
    this.access = access;
  }

  /** {@code POST /operator/kick {"user": "ana"}}. */
  void kick(RoutingContext request) {
    Optional<JsonObject> body = body(request, Set.of("user"));
    if (body.isEmpty()) {
      return;
    }
    if (!(body.get().getValue("user") instanceof String user) || !Access.isUser(user)) {
      Refusal.NOT_A_USER.send(request, "user is to be 1 to 128 characters of text");
      return;
    }
    log.warn("an operator at {} kicks {}", from(request), user);
    access
        .kick(user)
        .onSuccess(heard -> answer(request, 200, kicked(user, true)))
        .onFailure(
            missed -> answer(request, 202, kicked(user, false).put("detail", missed.getMessage())));
  }

  private static JsonObject kicked(String user, boolean byAll) {
    return new JsonObject().put("kicked", user).put("heard_by_all", byAll);
  }

  /** {@code POST /operator/nodes/ID/drain {"force": false}}. */
  void drain(RoutingContext request) {
    Optional<JsonObject> body = body(request, Set.of("force"));
    if (body.isEmpty()) {
      return;
    }
    if (!(body.get().getValue("force", false) instanceof Boolean force)) {
      Refusal.INVALID_BODY.send(request, "force is to be true or false");
      return;
    }
    Optional<NodeId> id = id(request.pathParam("node"));
    if (id.isEmpty()) {
      Refusal.NOT_A_NODE.send(request, "a node's id is 1 to 64 letters, digits, - or _");
      return;
    }
    gathering.listed().stream()
        .filter(listed -> listed.node().equals(id.get()))
        .findAny()
        .ifPresentOrElse(
            node -> drain(request, node, force),
            () -> Refusal.UNKNOWN_NODE.send(request, "no node " + id.get() + " is a member here"));
  }

  private void drain(RoutingContext request, ListedNode node, boolean force) {
    Future<Boolean> mayGo =
        force
            ? Future.succeededFuture(true)
            : gathering.report().map(report -> report.hasOther(node));
    mayGo
        .onSuccess(
            may -> {
              if (may) {
                drainNow(request, node);
              } else {
                Refusal.NOBODY_TAKES_OVER.send(
                    request,
                    "no other node of " + node.service() + " is ready; say \"force\": true to");
              }
            })
        .onFailure(request::fail);
  }

  private void drainNow(RoutingContext request, ListedNode node) {
    log.warn("an operator at {} drains {} of {}", from(request), node.node(), node.service());
    JsonObject begun =
        new JsonObject().put("draining", node.node().value()).put("service", node.service());
    bus.drain(node.node(), from(request))
        .onComplete(draining -> gathering.forget())
        .onSuccess(draining -> answer(request, 202, begun))
        .onFailure(
            fault ->
                Refusal.NO_ANSWER.send(
                    request, node.node() + " has not said that it drains; it may do so"));
  }

  /** Empty, and refused, when it is not an object of these fields: a typo must not go unseen. */
  private static Optional<JsonObject> body(RoutingContext request, Set<String> fields) {
    try {
      JsonObject body = request.body().asJsonObject();
      if (body != null && fields.containsAll(body.fieldNames())) {
        return Optional.of(body);
      }
    } catch (RuntimeException malformed) {
      log.debug("a body is malformed", malformed);
    }
    Refusal.INVALID_BODY.send(request, "the body is to be an object of " + fields + " only");
    return Optional.empty();
  }

  private static Optional<NodeId> id(String text) {
    try {
      return Optional.of(new NodeId(text));
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  private static String from(RoutingContext request) {
    return request.request().remoteAddress().hostAddress();
  }

  private static void answer(RoutingContext request, int status, JsonObject body) {
    if (!request.response().closed()) {
      request
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(body.toBuffer());
    }
  }
}
