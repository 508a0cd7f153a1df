package dev.rollcall.chat;

import dev.rollcall.outbox.Announcements;
import dev.rollcall.trace.Trace;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is announced of stored messages: to their rooms, and to whom they name. Each returns what it
 * announces.
 */
final class Events {
  static final String NEW_MESSAGE = "new_message";
  static final String MESSAGE_EDITED = "message_edited";
  static final String MESSAGE_DELETED = "message_deleted";
  static final String MENTIONED = "mentioned";

  private Events() {}

  /**
   * All of these are new.
   *
   * @param posted as they were posted: each belongs to a trace of its own
   */
  static List<StoredMessage> posted(
      Announcements announcements, List<StoredMessage> messages, Collection<NewMessage> posted) {
    Map<PostId, Optional<Trace>> traces = new HashMap<>();
    posted.forEach(message -> traces.put(message.postId(), message.trace()));
    for (StoredMessage message : messages) {
      announcements.within(traces.get(message.postId()));
      announcements.add(message.room().topic(), NEW_MESSAGE, message.json());
      mention(announcements, message, Text.mentions(message.text()));
    }
    return messages;
  }

  /** Who was named before has been told. */
  static StoredMessage edited(
      Announcements announcements, StoredMessage before, StoredMessage edited) {
    announcements.add(edited.room().topic(), MESSAGE_EDITED, edited.json());
    Set<String> added = new HashSet<>(Text.mentions(edited.text()));
    added.removeAll(Text.mentions(before.text()));
    mention(announcements, edited, added);
    return edited;
  }

  static StoredMessage deleted(Announcements announcements, StoredMessage message) {
    announcements.add(message.room().topic(), MESSAGE_DELETED, message.deletion());
    return message;
  }

  /** Who names themselves knows. */
  private static void mention(
      Announcements announcements, StoredMessage message, Collection<String> users) {
    users.stream()
        .filter(user -> !user.equals(message.user()))
        .forEach(user -> announcements.add(PersonalTopic.of(user), MENTIONED, message.json()));
  }
}
