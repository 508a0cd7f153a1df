package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the node of a page asks the others, each on an address of its own that needs no registration:
 * {@code {"ask": "report"}}, {@code {"ask": "counts", "topics": […]}}, and {@code {"ask": "drain",
 * "by": WHO}}. This node is asked by a direct call.
 */
final class OperatorBus {
  private static final Logger log = LoggerFactory.getLogger(Operator.class);

  /** A node that takes longer is not well; a page shows that it is silent, and the rest. */
  static final long ANSWER_MILLIS = 1_500;

  private static final int MAX_TOPICS = 100;

  private final Vertx vertx;
  private final Reporter reporter;
  private final Consumer<String> drain;

  /**
   * @param drain drains this node, on the word of who is named
   */
  OperatorBus(Vertx vertx, Reporter reporter, Consumer<String> drain) {
    this.vertx = vertx;
    this.reporter = reporter;
    this.drain = drain;
  }

  /** Answers the others. */
  Future<Void> listen() {
    return vertx
        .eventBus()
        .<JsonObject>consumer(Operator.NODE + reporter.self(), this::answer)
        .completion();
  }

  Future<NodeReport> report(NodeId node) {
    return node.equals(reporter.self())
        ? reporter.report()
        : ask(node, new JsonObject().put("ask", "report")).map(NodeReport::from);
  }

  Future<TopicCounts> counts(NodeId node, Collection<String> topics) {
    return node.equals(reporter.self())
        ? reporter.counts(topics)
        : ask(
                node,
                new JsonObject()
                    .put("ask", "counts")
                    .put("topics", new JsonArray(List.copyOf(topics))))
            .map(TopicCounts::from);
  }

  /**
   * Has a node drain; completes when it has begun to.
   *
   * @param by who wants it, for its log
   */
  Future<Void> drain(NodeId node, String by) {
    if (node.equals(reporter.self())) {
      drain.accept(by);
      return Future.succeededFuture();
    }
    return ask(node, new JsonObject().put("ask", "drain").put("by", by)).mapEmpty();
  }

  private Future<JsonObject> ask(NodeId node, JsonObject question) {
    DeliveryOptions bounded = new DeliveryOptions().setSendTimeout(ANSWER_MILLIS);
    return vertx
        .eventBus()
        .<JsonObject>request(Operator.NODE + node, question, bounded)
        .map(Message::body);
  }

  private void answer(Message<JsonObject> message) {
    try {
      answer(message.body()).onSuccess(message::reply).onFailure(fault -> fail(message, fault));
    } catch (RuntimeException malformed) {
      log.debug("an operator's question is malformed", malformed);
      message.fail(400, "invalid_question");
    }
  }

  private Future<JsonObject> answer(JsonObject question) {
    return switch (question.getString("ask")) {
      case "report" -> reporter.report().map(NodeReport::toJson);
      case "counts" -> {
        List<String> topics = Json.strings(question.getJsonArray("topics"));
        yield reporter
            .counts(topics.subList(0, Math.min(MAX_TOPICS, topics.size())))
            .map(TopicCounts::toJson);
      }
      case "drain" -> {
        drain.accept(question.getString("by"));
        yield Future.succeededFuture(new JsonObject());
      }
      default -> throw new IllegalArgumentException("not a question of this version");
    };
  }

  private static void fail(Message<JsonObject> message, Throwable fault) {
    log.warn("an operator's question can't be answered", fault);
    message.fail(500, "failed");
  }
}
