/**
 * Broadcast after the commit, at least once: what is announced is written in the transaction that
 * it tells of.
 *
 * <p>Start reading at {@code Outbox}.
 */
package dev.rollcall.outbox;
