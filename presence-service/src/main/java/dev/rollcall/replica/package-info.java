/**
 * One instance of presence-service: merges every node's presences, judges who lives, answers and
 * publishes. Start reading at {@code Replica}.
 */
package dev.rollcall.replica;
