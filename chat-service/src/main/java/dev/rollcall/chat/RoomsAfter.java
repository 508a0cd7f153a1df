package dev.rollcall.chat;

/**
 * Which rooms are asked for: the first, by name, that come after one.
 *
 * @param name empty for the first of all
 * @param limit how many at most, 1 to 100
 */
record RoomsAfter(String name, int limit) {
  private static final int USUAL_LIMIT = 50;
  private static final int MAX_LIMIT = 100;

  RoomsAfter {
    Rejected.unless(name.isEmpty() || Room.isName(name), Rejection.INVALID_AFTER);
  }

  static RoomsAfter from(Request request) {
    String after = request.has("after") ? request.string("after") : "";
    Rejected.unless(after != null, Rejection.INVALID_AFTER);
    return new RoomsAfter(after, request.limit(USUAL_LIMIT, MAX_LIMIT));
  }
}
