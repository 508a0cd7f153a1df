package dev.rollcall.chat;

import dev.rollcall.bridge.BridgeUser;

/** The topic on which one user, on all their tabs and devices, hears what is for them alone. */
final class PersonalTopic {
  static final String PREFIX = "user:";

  private PersonalTopic() {}

  static String of(String user) {
    return PREFIX + user;
  }

  /** Tells whether the topic is this very user's. */
  static boolean isOf(BridgeUser user, String topic) {
    return topic.equals(of(user.name()));
  }
}
