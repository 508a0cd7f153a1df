const FIRST_MILLIS = 500;
const MOST_MILLIS = 5_000;

/**
 * How long to wait before attempt 0, 1, 2…: at most 0.5 s, 1 s, 2 s, 4 s, then 5 s, and at least a
 * fifth of that. The wide spread keeps a thousand browsers that lost one node from all returning
 * in the same instant.
 */
export function delayMillis(attempt, random = Math.random) {
  const most = Math.min(MOST_MILLIS, FIRST_MILLIS * 2 ** attempt);
  return Math.round(most * (0.2 + 0.8 * random()));
}
