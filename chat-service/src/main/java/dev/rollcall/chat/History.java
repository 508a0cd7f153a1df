package dev.rollcall.chat;

/**
 * Which messages are asked for: the newest of a room that have a lower number.
 *
 * @param before positive; {@link Long#MAX_VALUE} for the newest of all
 * @param limit how many at most, 1 to 100
 */
record History(Room room, long before, int limit) {
  static final int USUAL_LIMIT = 50;
  static final int MAX_LIMIT = 100;

  static History from(Request request) {
    long before =
        request.has("before")
            ? request.positive("before", Rejection.INVALID_BEFORE)
            : Long.MAX_VALUE;
    return new History(request.room(), before, request.limit(USUAL_LIMIT, MAX_LIMIT));
  }
}
