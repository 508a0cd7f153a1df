import { oldestFirst } from '/rollcall/merge.js';

const PAUSE_MILLIS = 5 * 60_000;
const MOST_KEPT = 500;

/*
 * What is known of a room's messages: `{ messages, more }`, oldest first without a hole between
 * them; `more` tells that earlier ones can be fetched.
 */

export const EMPTY = Object.freeze({ messages: [], more: false });

/** Adds the latest page. A page that does not reach what was known replaces it. */
export function withLatest(timeline, page) {
  const newestKnown = timeline.messages.at(-1)?.id;
  const oldestFetched = page.messages[0]?.id;
  const hole = page.more && oldestFetched > newestKnown;
  if (hole || newestKnown === undefined) return { messages: page.messages, more: page.more };
  const messages = oldestFirst(timeline.messages, page.messages);
  return { messages, more: messages[0].id === oldestFetched ? page.more : timeline.more };
}

export function withEarlier(timeline, page) {
  return { messages: oldestFirst(timeline.messages, page.messages), more: page.more };
}

/** Adds what comes live. With `trim`, the oldest go once there are many. */
export function withLive(timeline, message, trim) {
  const all = oldestFirst(timeline.messages, [message]);
  if (!trim || all.length <= MOST_KEPT) return { messages: all, more: timeline.more };
  return { messages: all.slice(-MOST_KEPT), more: true };
}

/** Which messages begin a day, and which go on where the same person left off. */
export function layout(messages) {
  return messages.map((message, index) => {
    const before = messages[index - 1];
    const day = new Date(message.sent_at).toDateString();
    const newDay = !before || new Date(before.sent_at).toDateString() !== day;
    const near = before && Date.parse(message.sent_at) - Date.parse(before.sent_at) < PAUSE_MILLIS;
    return { message, newDay, goesOn: !newDay && near && before.user === message.user };
  });
}
