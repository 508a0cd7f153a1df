package dev.rollcall.node;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Real nodes of one cluster in this process: they come and go. */
final class TestCluster {
  private static final int PLACES = 8;

  private final Queue<Integer> places = new ConcurrentLinkedQueue<>();
  private final Map<Node, Integer> taken = new ConcurrentHashMap<>();
  private final String name;
  private final String members;

  TestCluster(String test) throws IOException {
    places.addAll(freePorts());
    name = test + "-" + places.peek();
    members = String.join(",", places.stream().map(port -> "127.0.0.1:" + port).toList());
  }

  String name() {
    return name;
  }

  /** Returns where its members find each other. */
  String members() {
    return members;
  }

  /** Takes the place of a node for something else. */
  int takePlace() {
    return places.remove();
  }

  Future<Node> start(Function<Node, ? extends Deployable> verticle) {
    return start(Map.of(), verticle);
  }

  /** As above, with more variables. */
  Future<Node> start(Map<String, String> more, Function<Node, ? extends Deployable> verticle) {
    int place = places.remove();
    Map<String, String> variables = new HashMap<>(more);
    variables.put("ROLLCALL_CLUSTER_NAME", name);
    variables.put("ROLLCALL_CLUSTER_MEMBERS", members);
    variables.put("ROLLCALL_CLUSTER_PORT", Integer.toString(place));
    variables.put("ROLLCALL_HTTP_PORT", "0");
    return Node.start("cluster-test", new Environment(variables), verticle)
        .onSuccess(node -> taken.put(node, place));
  }

  /** Returns when the node has left: its place is free again. */
  Future<Void> close(Node node) {
    return node.close().onSuccess(left -> places.add(taken.remove(node)));
  }

  void closeAll() {
    await(Future.join(List.copyOf(taken.keySet()).stream().map(this::close).toList()));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException failed) {
      throw new AssertionError(failed);
    }
  }

  /** All are held until the last is found, so that none is found twice. */
  private static List<Integer> freePorts() throws IOException {
    Queue<ServerSocket> sockets = new ArrayDeque<>();
    try {
      while (sockets.size() < PLACES) {
        sockets.add(new ServerSocket(0));
      }
      return new ArrayList<>(sockets.stream().map(ServerSocket::getLocalPort).toList());
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
