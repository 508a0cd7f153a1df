import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importPage } from './pages.js';

const { EMPTY, layout, withEarlier, withLatest, withLive } = await importPage(
  'chat-service',
  'timeline.js',
);
const { roomName, roomOfHash, visited } = await importPage('chat-service', 'room-name.js');
const { newClientId } = await importPage('chat-service', 'client-id.js');

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => ({ id: from + i }));
const page = (from, to, more) => ({ messages: range(from, to), more });
const span = ({ messages, more }) => [messages[0]?.id, messages.at(-1)?.id, messages.length, more];

test('the latest page and what came live meanwhile are merged by id', () => {
  const live = withLive(EMPTY, { id: 60 }, true);
  assert.deepEqual(span(withLatest(live, page(11, 60, true))), [11, 60, 50, true]);
  const known = withLatest(EMPTY, page(11, 60, true));
  assert.deepEqual(span(withLatest(known, page(31, 80, true))), [11, 80, 70, true]);
});

test('a page that does not reach what was known replaces it, so that there is no hole', () => {
  const known = withLatest(EMPTY, page(1, 50, false));
  assert.deepEqual(span(withLatest(known, page(101, 150, true))), [101, 150, 50, true]);
});

test('ids with gaps between them are no hole when nothing lies in between', () => {
  const known = withLatest(EMPTY, page(1, 3, false));
  assert.deepEqual(span(withLatest(known, { messages: range(7, 9), more: false })), [
    1,
    9,
    6,
    false,
  ]);
});

test('an earlier page goes before, and says whether there are more', () => {
  const known = withLatest(EMPTY, page(51, 100, true));
  assert.deepEqual(span(withEarlier(known, page(1, 50, false))), [1, 100, 100, false]);
});

test('an empty room stays empty', () => {
  assert.deepEqual(withLatest(EMPTY, { messages: [], more: false }), { messages: [], more: false });
});

test('the oldest go once there are many, and can be fetched again', () => {
  const many = { messages: range(1, 500), more: false };
  assert.deepEqual(span(withLive(many, { id: 501 }, true)), [2, 501, 500, true]);
  assert.deepEqual(span(withLive(many, { id: 501 }, false)), [1, 501, 501, false]);
});

test('a message goes on from the same person’s last within five minutes of one day', () => {
  const at = (user, sent_at) => ({ user, sent_at });
  const flags = layout([
    at('ana', '2026-01-02T12:00:00Z'),
    at('ana', '2026-01-02T12:04:00Z'),
    at('bob', '2026-01-02T12:04:30Z'),
    at('bob', '2026-01-02T12:20:00Z'),
    at('bob', '2026-01-05T12:20:01Z'),
  ]).map(({ newDay, goesOn }) => (newDay ? 'day' : goesOn ? 'on' : 'new'));
  assert.deepEqual(flags, ['day', 'on', 'new', 'new', 'day']);
});

test('a room is named as the server names it', () => {
  assert.equal(roomName(' #Tea Room '), 'tea-room');
  for (const bad of ['', '-tea', 'tea/room', 'té', 'a'.repeat(33)])
    assert.equal(roomName(bad), null);
  assert.equal(roomOfHash('#night-shift'), 'night-shift');
  for (const bad of ['', '#', '#%', '#%2e']) assert.equal(roomOfHash(bad), 'lobby');
});

test('the rooms visited begin with the lobby, then the latest', () => {
  assert.deepEqual(visited(['tea', 'lobby', 'ops'], 'ops'), ['lobby', 'ops', 'tea']);
  assert.deepEqual(visited([], 'lobby'), ['lobby']);
  assert.equal(
    visited(
      range(1, 20).map(({ id }) => `r${id}`),
      'new',
    ).length,
    8,
  );
});

test('a client id is a random UUID', () => {
  assert.match(
    newClientId(),
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.notEqual(newClientId(), newClientId());
});
