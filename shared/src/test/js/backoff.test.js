import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayMillis } from '../../main/resources/webroot/rollcall/backoff.js';

test('the longest wait doubles up to five seconds and stays there', () => {
  const longest = [0, 1, 2, 3, 4, 5, 50, 5000].map(attempt => delayMillis(attempt, () => 1));
  assert.deepEqual(longest, [500, 1000, 2000, 4000, 5000, 5000, 5000, 5000]);
});

test('the shortest wait is a fifth of the longest, never nothing', () => {
  assert.equal(
    delayMillis(0, () => 0),
    100,
  );
  assert.equal(
    delayMillis(9, () => 0),
    1000,
  );
});

test('waits are spread over the whole range', () => {
  const waits = Array.from({ length: 1000 }, () => delayMillis(4));
  assert.ok(waits.every(wait => wait >= 1000 && wait <= 5000));
  assert.ok(new Set(waits.map(wait => Math.floor(wait / 500))).size >= 8);
});
