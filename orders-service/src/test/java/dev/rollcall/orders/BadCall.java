package dev.rollcall.orders;

import java.util.Optional;

/**
 * A call that is to be refused.
 *
 * @param status that it is to be refused with
 * @param field that is named as wrong, or what is within it; none where none can be
 */
record BadCall(String name, Call call, int status, Optional<String> field) {
  static BadCall invalid(String name, Call call, String field) {
    return new BadCall(name, call, 400, Optional.of(field));
  }

  static BadCall malformed(String name, Call call) {
    return refused(name, call, 400);
  }

  static BadCall refused(String name, Call call, int status) {
    return new BadCall(name, call, status, Optional.empty());
  }
}
