package dev.rollcall.chat;

/**
 * Where a message stands.
 *
 * @param number 1 for the first message of the room, and so on without a hole
 */
record Place(Room room, long number) {}
