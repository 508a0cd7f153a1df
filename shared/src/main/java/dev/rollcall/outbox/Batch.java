package dev.rollcall.outbox;

import dev.rollcall.pubsub.Message;
import java.util.List;

/**
 * What was given its positions in one transaction.
 *
 * @param messages in the order in which they were announced
 * @param waitedSeconds how long the first of them waited for it
 * @param more whether there may be more that waits
 */
record Batch(long id, List<Message> messages, double waitedSeconds, boolean more) {}
