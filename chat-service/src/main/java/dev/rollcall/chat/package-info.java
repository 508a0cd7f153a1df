/**
 * Chat rooms: messages are stored in PostgreSQL, then seen by all who are in the room.
 *
 * <p>Start reading at {@code ChatVerticle}; {@code Messages} has the SQL.
 */
package dev.rollcall.chat;
