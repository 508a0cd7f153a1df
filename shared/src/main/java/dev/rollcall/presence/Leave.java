package dev.rollcall.presence;

/**
 * One presence that went.
 *
 * @param clock of the node's operation that removed it, 0 where none did: the node is hidden
 */
public record Leave(Ref ref, Reason reason, long clock) {}
