package dev.rollcall.chat;

/**
 * How storing a message ended.
 *
 * @param before whether it was there before, by an earlier post with the same client id
 */
record Stored(StoredMessage message, boolean before) {}
