package dev.rollcall.bridge;

import io.vertx.core.MultiMap;

/** What a service answered, and to which address of the client it goes. */
record Reply(String address, Object body, MultiMap headers) {}
