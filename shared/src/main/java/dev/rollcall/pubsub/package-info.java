/**
 * Topics across the cluster: {@link dev.rollcall.pubsub.PubSub} and what it hands out.
 *
 * <p>Start reading at {@code PubSub}; {@code Subscribers} delivers within this process, {@code
 * Beacons} knows who is reached.
 */
package dev.rollcall.pubsub;
