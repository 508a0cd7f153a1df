package dev.rollcall.orders;

/** A value that an order can't have. */
final class Rejected extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field a JSON pointer
   */
  Rejected(String field, String message) {
    super(message);
    this.field = field;
  }

  static void unless(boolean holds, String field, String message) {
    if (!holds) {
      throw new Rejected(field, message);
    }
  }

  String field() {
    return field;
  }

  /** The same, seen from what holds the value. */
  Rejected within(String pointer) {
    return new Rejected(pointer + field, getMessage());
  }
}
