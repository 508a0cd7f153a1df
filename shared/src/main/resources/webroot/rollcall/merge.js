/*
 * What arrives live and what is fetched overlap. Both are merged by `id`, so each is shown once.
 */

/** Oldest first, each id once. */
export function oldestFirst(known, incoming) {
  return Array.from(byId(known, incoming).values()).sort((a, b) => a.id - b.id);
}

/** Newest first, each id once, no more than `most`. */
export function newestFirst(known, incoming, most) {
  return oldestFirst(known, incoming).reverse().slice(0, most);
}

function byId(...lists) {
  return new Map(lists.flat().map(item => [item.id, item]));
}
