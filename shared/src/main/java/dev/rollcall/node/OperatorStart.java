package dev.rollcall.node;

import dev.rollcall.access.Access;
import dev.rollcall.operator.Condition;
import dev.rollcall.operator.Guard;
import dev.rollcall.operator.ListedNode;
import dev.rollcall.operator.Operator;
import dev.rollcall.operator.OperatorToken;
import dev.rollcall.operator.OwnNode;
import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives a node its operator's part. */
final class OperatorStart {
  private final Optional<OperatorToken> token;
  private final boolean production;
  private final String managementHost;
  private final String pod;

  /** Reads the environment; the caller checks it. */
  OperatorStart(Environment environment, NodeConfig config) {
    token = token(environment);
    production = environment.production();
    managementHost = config.managementHost();
    // Where a container runs, its name is that of the pod, which is what kubectl asks for.
    pod = environment.text("HOSTNAME", "");
  }

  private static Optional<OperatorToken> token(Environment environment) {
    try {
      return environment.optional("ROLLCALL_OPERATOR_TOKEN").map(OperatorToken::new);
    } catch (IllegalArgumentException tooShort) {
      environment.problem("ROLLCALL_OPERATOR_TOKEN: " + tooShort.getMessage());
      return Optional.empty();
    }
  }

  /** Starts it, and puts its page on the management port. */
  Future<Operator> start(
      NodeId id,
      String service,
      Cluster cluster,
      PubSub pubSub,
      Presence presence,
      Access access,
      Management management) {
    OwnNode own = new Own(id, service, pod, cluster, management);
    return Operator.start(cluster.vertx(), own, pubSub, presence, access)
        .map(
            operator -> {
              management.mount(router -> operator.mount(router, guard()));
              return operator;
            });
  }

  private Guard guard() {
    return new Guard(token, production, managementHost);
  }

  /** What the operator's part asks of the node. */
  private record Own(NodeId id, String service, String pod, Cluster cluster, Management management)
      implements OwnNode {

    @Override
    public List<ListedNode> listed() {
      return cluster.listedNodes();
    }

    @Override
    public Map<String, Integer> registrations() {
      return cluster.registrationCounts();
    }

    @Override
    public Future<Condition> condition() {
      return management.condition();
    }
  }
}
