package dev.rollcall.chat;

/**
 * A room to be created.
 *
 * @param title 1 to 80 UTF-16 units on one line, not blank; null for none
 */
record NewRoom(Room room, String title) {
  private static final int MAX_TITLE_LENGTH = 80;

  NewRoom {
    Rejected.unless(title == null || isTitle(title), Rejection.INVALID_TITLE);
  }

  static NewRoom from(Request request) {
    Rejected.unless(
        !request.has("title") || request.string("title") != null, Rejection.INVALID_TITLE);
    return new NewRoom(request.room(), request.string("title"));
  }

  private static boolean isTitle(String title) {
    return Text.isText(title, MAX_TITLE_LENGTH) && title.chars().noneMatch(Character::isISOControl);
  }
}
