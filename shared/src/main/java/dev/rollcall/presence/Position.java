package dev.rollcall.presence;

/**
 * A point in the stream of a topic's diffs. Two positions compare only within one epoch.
 *
 * @param number of the last diff that was published
 */
public record Position(Epoch epoch, long number) {}
