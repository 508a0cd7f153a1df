import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Topic } from '../../main/resources/webroot/rollcall/topic.js';

const of = ref => ({ metas: [{ phx_ref: ref }] });
const state = payload => ({ event: 'presence_state', payload });
const joined = (user, ref) => ({
  event: 'presence_diff',
  payload: { joins: { [user]: of(ref) }, leaves: {} },
});

function followed() {
  const topic = new Topic('room:lobby');
  const heard = [];
  const remove = topic.add(message => heard.push(message));
  topic.registering();
  return { topic, heard, remove, users: () => [...heard.at(-1).people.keys()] };
}

test('a message reaches each subscriber, and twice the one who subscribed twice', () => {
  const { topic, heard } = followed();
  const twice = message => heard.push(message);
  topic.add(twice);
  topic.add(twice);
  topic.deliver({ event: 'new_message', payload: { id: 1 } });
  assert.deepEqual(
    heard,
    Array(3).fill({ topic: 'room:lobby', event: 'new_message', payload: { id: 1 } }),
  );
});

test('a diff before the state is dropped, for it belongs to an earlier registration', () => {
  const { topic, heard, users } = followed();
  topic.deliver(joined('ghost', 'g1'));
  assert.equal(heard.length, 0);
  topic.deliver(state({ ana: of('a1') }));
  topic.deliver(joined('bob', 'b1'));
  assert.deepEqual(users(), ['ana', 'bob']);
});

test('after registering again the new state replaces the old people', () => {
  const { topic, users } = followed();
  topic.deliver(state({ ana: of('a1'), bob: of('b1') }));
  topic.registering();
  topic.deliver(joined('ghost', 'g1'));
  topic.deliver(state({ ana: of('a2') }));
  assert.deepEqual(users(), ['ana']);
});

test('one who subscribes later hears the state as it is by then', async () => {
  const { topic } = followed();
  topic.deliver(state({ ana: of('a1') }));
  topic.deliver(joined('__proto__', 'p1'));
  const late = [];
  topic.add(message => late.push(message));
  await Promise.resolve();
  assert.deepEqual([...late[0].people.keys()], ['ana', '__proto__']);
  assert.equal(late[0].event, 'presence_state');
  assert.deepEqual(Object.keys(late[0].payload), ['ana', '__proto__']);
});

test('one who unsubscribes hears nothing more, and the topic is empty after the last', () => {
  const { topic, heard, remove } = followed();
  assert.equal(topic.empty, false);
  assert.equal(remove(), true);
  assert.equal(remove(), false);
  topic.deliver({ event: 'new_message', payload: {} });
  assert.equal(heard.length, 0);
  assert.equal(topic.empty, true);
});

test('an error of one subscriber is reported, and the others still hear', t => {
  const reported = t.mock.method(globalThis, 'queueMicrotask', () => {});
  const topic = new Topic('orders');
  const heard = [];
  topic.add(() => {
    throw new Error('mine');
  });
  topic.add(message => heard.push(message));
  topic.deliver({ event: 'order_created', payload: {} });
  assert.equal(heard.length, 1);
  assert.throws(reported.mock.calls[0].arguments[0], /mine/);
});

/** Registered and acknowledged at a position; tells events, and positions where there are any. */
function stored(position) {
  const { topic, heard } = followed();
  topic.acknowledged({ position, complete: true });
  const registered = { topic: 'room:lobby', event: 'registered', payload: {}, position };
  assert.deepEqual(heard.splice(0), [registered]);
  const told = () =>
    heard.splice(0).map(({ event, position }) => (event === 'said' && position) || event);
  return { topic, told, says: position => topic.deliver({ event: 'said', payload: {} }, position) };
}

test('a gap between positions is told as missed before what follows', () => {
  const { told, says } = stored(40);
  says(41);
  says(42);
  says(44);
  says(45);
  assert.deepEqual(told(), [41, 42, 'missed', 44, 45]);
});

test('what comes twice, or has no position, is no gap', () => {
  const { topic, told, says } = stored(40);
  says(39);
  says(41);
  says(41);
  topic.deliver({ event: 'typing', payload: {} });
  says(42);
  assert.deepEqual(told(), [39, 41, 41, 'typing', 42]);
});

test('a topic that was never told of a position has no gap at its first', () => {
  const { topic, heard } = followed();
  topic.acknowledged({});
  topic.deliver({ event: 'said', payload: {} }, 7);
  assert.deepEqual(heard.map(({ event }) => event), ['registered', 'said']);
});

test('the word that some is missed is told once, and the topic goes on from there', () => {
  const { topic, told, says } = stored(40);
  topic.deliver({ event: 'replay_incomplete', payload: { position: 44 } });
  says(45);
  assert.deepEqual(told(), ['missed', 45]);
  assert.deepEqual(topic.registering(), { position: '45' });
});

test('one who comes back is told once that some is missed', () => {
  const { topic, told, says } = stored(40);
  topic.lost();
  topic.registering();
  says(901);
  topic.acknowledged({ position: 900, complete: false });
  says(902);
  assert.deepEqual(told(), [901, 'missed', 'registered', 902]);
});

/** What one who subscribes now is told before anything else happens. */
async function toldLate(topic) {
  const told = [];
  topic.add(({ event }) => told.push(event));
  await Promise.resolve();
  return told;
}

test('one who subscribes later is told that it is registered, once and while it is', async () => {
  const { topic } = followed();
  assert.deepEqual(await toldLate(topic), []);
  topic.acknowledged({});
  assert.deepEqual(await toldLate(topic), ['registered']);
  topic.deliver(state({}));
  assert.deepEqual(await toldLate(topic), ['presence_state', 'registered']);
  topic.lost();
  assert.deepEqual(await toldLate(topic), ['presence_state']);
  topic.registering();
  assert.deepEqual(await toldLate(topic), []);
});
