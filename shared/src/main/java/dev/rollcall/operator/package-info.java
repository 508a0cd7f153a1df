/**
 * What an operator sees of the cluster, and does to it, from any node.
 *
 * <p>Start reading at {@link dev.rollcall.operator.Operator}.
 */
package dev.rollcall.operator;
