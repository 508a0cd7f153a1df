/**
 * Who is present on a topic: {@link dev.rollcall.presence.Presence} and its {@link
 * dev.rollcall.presence.Session}s.
 *
 * <p>Start reading at {@code Presence}. {@code Tracker} owns what this node tracks, {@code View}
 * holds one topic's list; both are plain state machines. {@code PresenceBus} carries the records
 * between them and the replicas of presence-service.
 *
 * <p>No argument may be null unless its description says so: it is answered by a {@link
 * NullPointerException} at once.
 */
package dev.rollcall.presence;
