import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importPage } from './pages.js';

const { EMPTY, has, layout, withChange, withEarlier, withLatest, withLive } = await importPage(
  'chat-service',
  'timeline.js',
);
const { roomName, roomOfHash, shown, visited } = await importPage('chat-service', 'room-name.js');
const { Typists, sparingly, typingText } = await importPage('chat-service', 'typing.js');
const { newClientId } = await importPage('chat-service', 'client-id.js');

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => ({ id: from + i }));
const page = (from, to, more) => ({ messages: range(from, to), more });
const span = ({ messages, more }) => [messages[0]?.id, messages.at(-1)?.id, messages.length, more];

test('the latest page and what came live meanwhile are merged by id', () => {
  const live = withLive(EMPTY, { id: 60 }, true);
  assert.deepEqual(span(withLatest(live, page(11, 60, true))), [11, 60, 50, true]);
  const known = withLatest(EMPTY, page(11, 60, true));
  assert.deepEqual(span(withLatest(known, page(31, 80, true))), [11, 80, 70, true]);
  const whole = withLatest(EMPTY, page(11, 60, false));
  assert.deepEqual(span(withLatest(whole, page(31, 80, true))), [11, 80, 70, false]);
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
  assert.deepEqual(withLatest(EMPTY, { messages: [], more: false }), EMPTY);
});

test('the oldest go once there are many, and can be fetched again', () => {
  const many = { ...EMPTY, messages: range(1, 500) };
  assert.deepEqual(span(withLive(many, { id: 501 }, true)), [2, 501, 500, true]);
  assert.deepEqual(span(withLive(many, { id: 501 }, false)), [1, 501, 501, false]);
});

const SENT = { id: 7, user: 'ana', text: 'helo', sent_at: '2026-01-02T12:00:00.000Z' };
const EDITED = { ...SENT, text: 'hello', edited_at: '2026-01-02T12:01:00.000Z' };
const EDITED_AGAIN = { ...SENT, text: 'hello!', edited_at: '2026-01-02T12:02:00.000Z' };
const DELETION = { id: 7, deleted_at: '2026-01-02T12:03:00.000Z' };
const first = ({ messages }) => messages[0];
const pageOf = (...messages) => ({ messages, more: false });

test('a message is shown as it was edited last, whatever comes late', () => {
  const edited = withChange(withLive(EMPTY, SENT), EDITED);
  assert.equal(first(edited).text, 'hello');
  assert.equal(first(withLive(edited, SENT)).text, 'hello');
  assert.equal(first(withLatest(edited, pageOf(SENT))).text, 'hello');
  const again = withChange(edited, EDITED_AGAIN);
  assert.equal(first(withChange(again, EDITED)).text, 'hello!');
  assert.equal(first(withEarlier(again, pageOf(EDITED))).text, 'hello!');
  assert.equal(first(withLatest(edited, pageOf(EDITED_AGAIN))).text, 'hello!');
});

test('what is deleted stays so, without its text', () => {
  const tombstone = { ...SENT, ...DELETION };
  delete tombstone.text;
  const deleted = withChange(withLive(EMPTY, EDITED), DELETION);
  assert.deepEqual(first(deleted), { ...tombstone, edited_at: EDITED.edited_at });
  for (const late of [SENT, EDITED_AGAIN]) {
    assert.equal(first(withLive(deleted, late)).text, undefined);
    assert.equal(first(withChange(deleted, late)).deleted_at, DELETION.deleted_at);
  }
  assert.deepEqual(first(withLatest(withLive(EMPTY, SENT), pageOf(tombstone))), tombstone);
});

test('a change of what is not here is not shown, and is kept for a page that comes after it', () => {
  const early = withChange(withLive(EMPTY, { ...SENT, id: 8 }), EDITED);
  assert.deepEqual(
    early.messages.map(({ id }) => id),
    [8],
  );
  assert.equal(first(withLatest(early, pageOf(SENT, { ...SENT, id: 8 }))).text, 'hello');
  assert.equal(first(withEarlier(early, pageOf(EDITED_AGAIN))).text, 'hello!');
  const deleted = first(withLatest(withChange(early, DELETION), pageOf(SENT)));
  assert.equal(deleted.deleted_at, DELETION.deleted_at);
  assert.equal(deleted.text, undefined);
  assert.equal(deleted.user, 'ana');
});

test('changes of what is not here are bounded', () => {
  let timeline = EMPTY;
  for (let id = 1; id <= 500; id++) timeline = withChange(timeline, { ...EDITED, id });
  assert.equal(timeline.changes.length, 100);
  assert.equal(timeline.changes.at(-1).id, 500);
});

test('it is known which messages are here', () => {
  assert.equal(has(withLive(EMPTY, SENT), 7), true);
  assert.equal(has(withLive(EMPTY, SENT), 8), false);
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

test('the rooms that there are follow those visited, each once', () => {
  assert.deepEqual(shown(['lobby', 'tea'], ['art', 'lobby', 'zen']), ['lobby', 'tea', 'art', 'zen']);
});

test('who types is shown for a while, and no longer than until it is said', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const seen = [];
  const typists = new Typists(users => seen.push(typingText(users)));
  typists.heard('ana');
  t.mock.timers.tick(4_000);
  typists.heard('ana');
  typists.heard('bob');
  t.mock.timers.tick(4_999);
  typists.heard('cy');
  typists.stopped('cy');
  typists.stopped('dan');
  t.mock.timers.tick(1);
  assert.deepEqual(seen, [
    'ana is typing…',
    'ana and bob are typing…',
    'Several people are typing…',
    'ana and bob are typing…',
    'bob is typing…',
    '',
  ]);
});

test('who types in the next room is not taken for one who typed in the last', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const seen = [];
  const typists = new Typists(users => seen.push(typingText(users)));
  typists.heard('ana');
  t.mock.timers.tick(1_000);
  typists.clear();
  typists.heard('ana');
  t.mock.timers.tick(4_999);
  assert.deepEqual(seen, ['ana is typing…', '', 'ana is typing…']);
  t.mock.timers.tick(1);
  assert.equal(seen.at(-1), '');
});

test('that one types is said at once, and then once in two seconds', () => {
  let now = 0;
  const said = [];
  const type = sparingly(
    () => said.push(now),
    () => now,
  );
  for (; now <= 5_000; now += 100) type();
  assert.deepEqual(said, [0, 2_000, 4_000]);
});

test('a client id is a random UUID', () => {
  assert.match(
    newClientId(),
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.notEqual(newClientId(), newClientId());
});
