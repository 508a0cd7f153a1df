/**
 * The way in for browsers: the Vert.x event-bus bridge protocol over SockJS and raw WebSocket, on
 * PubSub and Presence.
 *
 * <p>Start reading at {@link dev.rollcall.bridge.Bridge}; {@code BridgeSession} is one browser's
 * connection.
 */
package dev.rollcall.bridge;
