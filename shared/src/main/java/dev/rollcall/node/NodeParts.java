package dev.rollcall.node;

import dev.rollcall.access.Access;
import dev.rollcall.operator.Operator;
import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.PubSub;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What a node is made of. */
record NodeParts(
    NodeId id,
    Cluster cluster,
    PubSub pubSub,
    Presence presence,
    Access access,
    Operator operator,
    Management management,
    PrometheusMeterRegistry metrics) {}
