package dev.rollcall.chat;

/** What makes a post the same when it comes again: a client's own id of it, which is its user's. */
record PostId(String user, String clientId) {}
