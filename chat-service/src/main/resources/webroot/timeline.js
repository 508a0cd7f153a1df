import { oldestFirst } from '/rollcall/merge.js';

const PAUSE_MILLIS = 5 * 60_000;
const MOST_KEPT = 500;
const MOST_CHANGES = 100;

/*
 * What is known of a room's messages: `{ messages, more, changes }`, oldest first without a hole
 * between them; `more` tells that earlier ones can be fetched. `changes` are edits and deletions of
 * messages that are not here: a page that was fetched before them may come after them.
 */

export const EMPTY = Object.freeze({ messages: [], more: false, changes: [] });

/** Adds the latest page. A page that does not reach what was known replaces it. */
export function withLatest(timeline, page) {
  const oldestFetched = page.messages[0]?.id;
  const hole = page.more && oldestFetched > timeline.messages.at(-1)?.id;
  const known = hole ? [] : timeline.messages;
  const messages = oldestFirst(known, latestOf(timeline, page.messages));
  const more = messages[0]?.id === oldestFetched ? page.more : timeline.more;
  return { ...timeline, messages, more };
}

export function withEarlier(timeline, page) {
  const messages = oldestFirst(timeline.messages, latestOf(timeline, page.messages));
  return { ...timeline, messages, more: page.more };
}

/** Adds what comes live. With `trim`, the oldest go once there are many. */
export function withLive(timeline, message, trim) {
  const all = oldestFirst(timeline.messages, latestOf(timeline, [message]));
  if (!trim || all.length <= MOST_KEPT) return { ...timeline, messages: all };
  return { ...timeline, messages: all.slice(-MOST_KEPT), more: true };
}

/** Takes in an edited message, or the deletion of one. */
export function withChange(timeline, change) {
  const known = timeline.messages.find(({ id }) => id === change.id);
  if (known) {
    return { ...timeline, messages: oldestFirst(timeline.messages, [later(known, change)]) };
  }
  return { ...timeline, changes: [...timeline.changes, change].slice(-MOST_CHANGES) };
}

export const has = (timeline, id) => timeline.messages.some(message => message.id === id);

/** What is known may be later than what comes. */
function latestOf({ messages, changes }, incoming) {
  const known = new Map();
  for (const change of changes) known.set(change.id, later(known.get(change.id), change));
  for (const message of messages) known.set(message.id, later(known.get(message.id), message));
  return incoming.map(message => later(known.get(message.id), message));
}

/** Of two forms of a message the later one; a deletion is the last, and says only that. */
function later(known, incoming) {
  if (!known) return incoming;
  const isLater = editedAt(known) > editedAt(incoming);
  const form = isLater ? { ...incoming, ...known } : { ...known, ...incoming };
  if (form.deleted_at) delete form.text;
  return form;
}

const editedAt = message => Date.parse(message.edited_at ?? 0);

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
