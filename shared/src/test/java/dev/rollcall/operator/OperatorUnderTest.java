package dev.rollcall.operator;

import dev.rollcall.access.Access;
import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An operator's part with its page, on a bus of this process alone, where others can be played. */
final class OperatorUnderTest implements AutoCloseable {
  static final NodeId SELF = new NodeId("self");
  static final String TOKEN = "sixteen-or-more-characters";

  final Vertx vertx = Vertx.vertx();
  final PubSub pubSub = PubSub.local(vertx);
  final Access access;
  final Operator operator;
  final List<ListedNode> listed =
      new CopyOnWriteArrayList<>(List.of(new ListedNode(SELF, "chat-service", "127.0.0.1")));
  final List<String> drained = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer server;

  static OperatorUnderTest withToken() {
    return new OperatorUnderTest(new Guard(Optional.of(new OperatorToken(TOKEN)), true, "node"));
  }

  static OperatorUnderTest withoutToken(boolean production) {
    return new OperatorUnderTest(new Guard(Optional.empty(), production, "node"));
  }

  private OperatorUnderTest(Guard guard) {
    Alone alone = new Alone();
    access = await(Access.start(vertx, SELF, pubSub, alone, 0));
    Presence presence = await(Presence.start(vertx, SELF, alone, 1_000));
    operator = await(Operator.start(vertx, new Own(listed), pubSub, presence, access));
    operator.drainsBy(() -> drained.add("drained"));
    Router router = Router.router(vertx);
    operator.mount(router, guard);
    server = await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
  }

  int port() {
    return server.actualPort();
  }

  /** Plays another node. */
  void play(NodeId node, String service, Map<String, JsonObject> answers) {
    listed.add(new ListedNode(node, service, "127.0.0.2"));
    await(
        vertx
            .eventBus()
            .<JsonObject>consumer(
                Operator.NODE + node,
                question -> {
                  JsonObject answer = answers.get(question.body().getString("ask"));
                  if (answer != null) {
                    question.reply(answer);
                  }
                })
            .completion());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  JsonObject report() throws IOException, InterruptedException {
    return new JsonObject(get("/operator/report").body());
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> act(String path, String body) throws IOException, InterruptedException {
    return post(path, body, "Content-Type", "application/json", "Authorization", "Bearer " + TOKEN);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException failed) {
      throw new AssertionError(failed);
    }
  }

  private record Own(List<ListedNode> listed) implements OwnNode {
    @Override
    public NodeId id() {
      return SELF;
    }

    @Override
    public String service() {
      return "chat-service";
    }

    @Override
    public String pod() {
      return "chat-7d9f";
    }

    @Override
    public Map<String, Integer> registrations() {
      return Map.of("chat.post", 2);
    }

    @Override
    public Future<Condition> condition() {
      return Future.succeededFuture(Samples.READY);
    }
  }

  private record Alone() implements Membership {
    @Override
    public String self() {
      return "self";
    }

    @Override
    public Set<String> members() {
      return Set.of("self");
    }

    @Override
    public Set<NodeId> nodes() {
      return Set.of(SELF);
    }
  }
}
