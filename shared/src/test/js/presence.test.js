import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  list,
  presence,
  syncDiff,
  syncState,
} from '../../main/resources/webroot/rollcall/presence.js';

const meta = (phx_ref, more) => ({ phx_ref, ...more });
const of = (...refs) => ({ metas: refs.map(ref => meta(ref)) });
const refs = state =>
  Object.fromEntries(list(state, (user, { metas }) => [user, metas.map(m => m.phx_ref).join()]));
const start = syncState(new Map(), { ana: of('a1'), bob: of('b1') });

test('a join adds a person, a leave of the last session removes one', () => {
  const joined = syncDiff(start, { joins: { cleo: of('c1') }, leaves: {} });
  assert.deepEqual(refs(joined), { ana: 'a1', bob: 'b1', cleo: 'c1' });
  assert.deepEqual(refs(syncDiff(joined, { joins: {}, leaves: { bob: of('b1') } })), {
    ana: 'a1',
    cleo: 'c1',
  });
});

test('a second tab is a second meta of the same person', () => {
  const two = syncDiff(start, { joins: { ana: of('a2') }, leaves: {} });
  assert.deepEqual(refs(two), { ana: 'a1,a2', bob: 'b1' });
  assert.deepEqual(refs(syncDiff(two, { joins: {}, leaves: { ana: of('a1') } })), {
    ana: 'a2',
    bob: 'b1',
  });
});

test('an update leaves the old ref and joins the new one in a single diff', () => {
  const joins = { ana: { metas: [meta('a2', { phx_ref_prev: 'a1', away: true })] } };
  const updated = syncDiff(start, { joins, leaves: { ana: of('a1') } });
  assert.deepEqual(updated.get('ana').metas, [{ phx_ref: 'a2', phx_ref_prev: 'a1', away: true }]);
});

test('a ref that joins again is one session all the same', () => {
  assert.deepEqual(refs(syncDiff(start, { joins: { ana: of('a1') }, leaves: {} })), {
    ana: 'a1',
    bob: 'b1',
  });
});

test('a leave of somebody unknown, or of an unknown ref, changes nothing', () => {
  const diff = { joins: {}, leaves: { nobody: of('n1'), ana: of('a9') } };
  assert.deepEqual(refs(syncDiff(start, diff)), { ana: 'a1', bob: 'b1' });
});

test('a state replaces what was known, and metas that stay keep their place', () => {
  const known = syncState(new Map(), { ana: of('a1', 'a2', 'a3'), bob: of('b1') });
  const next = syncState(known, { cleo: of('c1'), ana: of('a4', 'a3', 'a1') });
  assert.deepEqual(refs(next), { ana: 'a1,a3,a4', cleo: 'c1' });
});

test('an empty state empties the list', () => {
  assert.equal(syncState(start, {}).size, 0);
});

test('the user __proto__ is a user like any other', () => {
  const payload = JSON.parse(
    '{"__proto__":{"metas":[{"phx_ref":"p1"}]},"constructor":{"metas":[{"phx_ref":"k1"}]}}',
  );
  const state = syncState(start, payload);
  assert.deepEqual(
    list(state).map(({ user }) => user),
    ['__proto__', 'constructor'],
  );
  assert.equal({}.metas, undefined);
  assert.equal(syncDiff(state, { leaves: payload }).size, 0);
});

test('what the server adds beside the metas is kept', () => {
  const state = syncDiff(start, { joins: { ana: { ...of('a2'), avatar: 'a.png' } } });
  assert.equal(list(state, (user, { avatar }) => avatar)[0], 'a.png');
});

test('a fold leaves its arguments alone', () => {
  const before = structuredClone([...start]);
  const diff = { joins: { ana: of('a2') }, leaves: { bob: of('b1') } };
  const copy = structuredClone(diff);
  syncDiff(start, diff);
  syncState(start, { zoe: of('z1') });
  assert.deepEqual([...start], before);
  assert.deepEqual(diff, copy);
});

test('folding diffs ends where one state does', () => {
  let random = 7;
  const next = most => (random = (random * 48271) % 2147483647) % most;
  const open = new Map();
  let state = new Map();
  for (let step = 0; step < 500; step++) {
    const user = `u${next(6)}`;
    const ref = `r${step}`;
    const [old] = open.get(user) ?? [];
    const leaves = old && next(2) ? { [user]: of(old) } : {};
    const joins = next(2) ? { [user]: of(ref) } : {};
    const left = (open.get(user) ?? []).filter(other => !(leaves[user] && other === old));
    open.set(user, joins[user] ? [...left, ref] : left);
    state = syncDiff(state, { joins, leaves });
  }
  const expected = [...open]
    .filter(([, all]) => all.length > 0)
    .map(([user, all]) => [user, all.join()]);
  assert.deepEqual(refs(state), Object.fromEntries(expected));
});

test('presence tells the whole list at each change, and nothing for other events', () => {
  let handler;
  const told = [];
  presence({ subscribe: (topic, given) => (handler = given) }, 'room:lobby', people =>
    told.push(people),
  );
  handler({ event: 'presence_state', people: start });
  handler({ event: 'new_message', payload: {} });
  assert.deepEqual(told, [
    [
      { user: 'ana', metas: [meta('a1')] },
      { user: 'bob', metas: [meta('b1')] },
    ],
  ]);
});
