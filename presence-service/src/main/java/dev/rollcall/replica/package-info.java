/**
 * One replica of everybody's presences: it merges what the nodes track, judges which of them live,
 * and publishes the topics that fall to it.
 *
 * <p>Start reading at {@code Replica}, which decides; {@code ReplicaVerticle} only carries.
 */
package dev.rollcall.replica;
