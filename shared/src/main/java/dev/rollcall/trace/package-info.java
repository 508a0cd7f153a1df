/**
 * What an event follows from: the trace that a request belongs to, carried from the request over
 * the database and the bus to the browsers that are told of it.
 *
 * <p>Start reading at {@link dev.rollcall.trace.Trace}.
 */
package dev.rollcall.trace;
