package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Turns presence's messages into bytes and back: a JSON object with the version {@code v}, the kind
 * {@code k}, and the fields of the record; entries, operations and positions are arrays.
 */
public final class PresenceCodec {
  private static final int VERSION = 1;

  private PresenceCodec() {}

  public static Buffer encode(PresenceMessage message) {
    JsonObject json;
    if (message instanceof Beat beat) {
      json = of("beat", beat.node()).put("member", beat.member());
      json.put("number", beat.number()).put("clock", beat.clock());
    } else if (message instanceof Delta delta) {
      json = of("delta", delta.node()).put("from", delta.from());
      json.put("operations", array(delta.operations(), PresenceCodec::encode));
    } else if (message instanceof Snapshot snapshot) {
      json = of("snapshot", snapshot.node()).put("clock", snapshot.clock());
      json.put("entries", array(snapshot.entries(), PresenceCodec::encode));
    } else if (message instanceof Goodbye goodbye) {
      json = of("goodbye", goodbye.node()).put("clock", goodbye.clock());
    } else if (message instanceof Pull pull) {
      json = of("pull", pull.node()).put("after", pull.after());
    } else if (message instanceof Digest digest) {
      json = encode(digest);
    } else if (message instanceof Readiness readiness) {
      json = of("readiness", readiness.replica()).put("member", readiness.member());
      json.put("ready", readiness.ready());
    } else {
      json = encodeOfTopics(message);
    }
    return json.put("v", VERSION).toBuffer();
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException when it is of a version or a kind that is not known
   */
  public static PresenceMessage decode(Buffer bytes) {
    JsonObject json = new JsonObject(bytes);
    if (json.getInteger("v", 0) != VERSION) {
      throw new IllegalArgumentException("presence message of version " + json.getValue("v"));
    }
    return switch (json.getString("k", "")) {
      case "beat" ->
          new Beat(
              node(json), json.getString("member"), json.getLong("number"), json.getLong("clock"));
      case "delta" ->
          new Delta(
              node(json),
              json.getLong("from"),
              list(json.getJsonArray("operations"), PresenceCodec::operation));
      case "snapshot" ->
          new Snapshot(node(json), json.getLong("clock"), entries(json.getJsonArray("entries")));
      case "goodbye" -> new Goodbye(node(json), json.getLong("clock"));
      case "pull" -> new Pull(node(json), json.getLong("after"));
      case "digest" -> digest(json);
      case "readiness" ->
          new Readiness(node(json), json.getString("member"), json.getBoolean("ready"));
      case "diff" ->
          new Diff(
              json.getString("topic"),
              position(json.getJsonArray("position")),
              entries(json.getJsonArray("joins")),
              entries(json.getJsonArray("leaves")));
      case "ask" -> ask(json);
      case "answer" ->
          new Answer(list(json.getJsonArray("states"), state -> state((JsonObject) state)));
      default ->
          throw new IllegalArgumentException("presence message of kind " + json.getString("k"));
    };
  }

  private static JsonObject of(String kind, NodeId node) {
    return new JsonObject().put("k", kind).put("node", node.value());
  }

  private static JsonObject encodeOfTopics(PresenceMessage message) {
    JsonObject json = new JsonObject();
    if (message instanceof Diff diff) {
      json.put("k", "diff").put("topic", diff.topic()).put("position", encode(diff.position()));
      json.put("joins", array(diff.joins(), PresenceCodec::encode));
      return json.put("leaves", array(diff.leaves(), PresenceCodec::encode));
    }
    if (message instanceof Ask ask) {
      JsonObject topics = new JsonObject();
      ask.topics().forEach((topic, at) -> topics.put(topic, at == null ? null : encode(at)));
      return json.put("k", "ask").put("topics", topics);
    }
    Answer answer = (Answer) message;
    return json.put("k", "answer").put("states", array(answer.states(), PresenceCodec::encode));
  }

  private static JsonObject encode(Digest digest) {
    JsonObject nodes = new JsonObject();
    digest
        .nodes()
        .forEach(
            (node, at) ->
                nodes.put(node.value(), JsonArray.of(at.member(), at.clock(), at.beat())));
    return of("digest", digest.replica())
        .put("member", digest.member())
        .put("ready", digest.ready())
        .put("epoch", digest.epochCounter())
        .put("nodes", nodes);
  }

  private static JsonObject encode(State state) {
    return new JsonObject()
        .put("topic", state.topic())
        .put("position", encode(state.position()))
        .put("entries", array(state.entries(), PresenceCodec::encode));
  }

  private static JsonArray encode(Entry entry) {
    String previous = entry.previous() == null ? null : entry.previous().toString();
    return JsonArray.of(entry.ref().toString(), previous, entry.topic(), entry.key(), entry.meta());
  }

  private static JsonArray encode(Operation operation) {
    return JsonArray.of(
        operation.clock(),
        operation.added() == null ? null : encode(operation.added()),
        operation.removed() == null ? null : operation.removed().toString());
  }

  private static JsonArray encode(Position position) {
    Epoch epoch = position.epoch();
    return JsonArray.of(epoch.counter(), epoch.replica().value(), position.number());
  }

  private static NodeId node(JsonObject json) {
    return new NodeId(json.getString("node"));
  }

  private static Digest digest(JsonObject json) {
    Map<NodeId, Progress> nodes = new HashMap<>();
    for (Map.Entry<String, Object> node : json.getJsonObject("nodes")) {
      JsonArray at = (JsonArray) node.getValue();
      nodes.put(
          new NodeId(node.getKey()), new Progress(at.getString(0), at.getLong(1), at.getLong(2)));
    }
    return new Digest(
        node(json),
        json.getString("member"),
        json.getBoolean("ready"),
        json.getLong("epoch"),
        nodes);
  }

  private static Ask ask(JsonObject json) {
    Map<String, Position> topics = new HashMap<>();
    for (Map.Entry<String, Object> topic : json.getJsonObject("topics")) {
      Object at = topic.getValue();
      topics.put(topic.getKey(), at == null ? null : position((JsonArray) at));
    }
    return new Ask(topics);
  }

  private static State state(JsonObject json) {
    return new State(
        json.getString("topic"),
        position(json.getJsonArray("position")),
        entries(json.getJsonArray("entries")));
  }

  private static List<Entry> entries(JsonArray array) {
    return list(array, entry -> entry((JsonArray) entry));
  }

  private static Entry entry(JsonArray array) {
    String previous = array.getString(1);
    return new Entry(
        Ref.parse(array.getString(0)),
        previous == null ? null : Ref.parse(previous),
        array.getString(2),
        array.getString(3),
        array.getString(4));
  }

  private static Operation operation(Object encoded) {
    JsonArray array = (JsonArray) encoded;
    JsonArray added = array.getJsonArray(1);
    String removed = array.getString(2);
    return new Operation(
        array.getLong(0),
        added == null ? null : entry(added),
        removed == null ? null : Ref.parse(removed));
  }

  private static Position position(JsonArray array) {
    Epoch epoch = new Epoch(array.getLong(0), new NodeId(array.getString(1)));
    return new Position(epoch, array.getLong(2));
  }

  private static <T> JsonArray array(List<T> values, Function<T, Object> encode) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(encode.apply(value)));
    return array;
  }

  private static <T> List<T> list(JsonArray array, Function<Object, T> decode) {
    return array.stream().map(decode).toList();
  }
}
