/**
 * Whose tokens count no longer, and whose rights have changed, on every node of the cluster.
 *
 * <p>Start reading at {@link dev.rollcall.access.Access}.
 */
package dev.rollcall.access;
