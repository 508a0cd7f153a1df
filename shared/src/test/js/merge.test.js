import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestFirst, oldestFirst } from '../../main/resources/webroot/rollcall/merge.js';

const items = (...ids) => ids.map(id => ({ id }));
const ids = list => list.map(({ id }) => id);

test('messages are merged by id, ascending, each once', () => {
  assert.deepEqual(ids(oldestFirst(items(3, 4, 9), items(9, 4, 10, 1))), [1, 3, 4, 9, 10]);
});

test('ids are compared as numbers', () => {
  assert.deepEqual(ids(oldestFirst(items(100, 9), items(20))), [9, 20, 100]);
});

test('orders are merged by id, newest first, and no more than asked for', () => {
  assert.deepEqual(ids(newestFirst(items(5, 4, 3), items(6, 5), 3)), [6, 5, 4]);
});

test('an order older than the shown ones does not come in', () => {
  assert.deepEqual(ids(newestFirst(items(9, 8), items(1), 2)), [9, 8]);
});

test('merging leaves its arguments alone', () => {
  const known = Object.freeze(items(2, 1));
  assert.deepEqual(ids(oldestFirst(known, Object.freeze(items(3)))), [1, 2, 3]);
});
