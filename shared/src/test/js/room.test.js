import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importPage } from './pages.js';

const { Room } = await importPage('chat-service', 'room.js');

const message = (number, text) => ({ id: 10 * number, number, user: 'ana', text });

/** A room entered on a connection that is live, with these messages stored. */
function entered(t, stored) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const it = { stored, asked: [], handlers: [], shown: [], said: [], typists: [] };
  const bus = {
    subscribe: (topic, handler) => {
      it.handlers.push(handler);
      return () => it.handlers.splice(it.handlers.indexOf(handler), 1);
    },
    onState: watcher => {
      watcher({ name: 'live' });
      return () => {};
    },
    send: async (address, body) => {
      it.asked.push({ address, ...body });
      return { messages: it.stored, more: true };
    },
  };
  const view = {
    messages: ({ messages }) => it.shown.push(messages.map(({ text }) => text)),
    people: () => {},
    atEnd: () => true,
    said: ({ text }) => it.said.push(text),
    typing: user => it.typists.push(user),
    trouble: () => {},
  };
  it.tell = (event, payload) => [...it.handlers].forEach(handle => handle({ event, payload }));
  it.tick = async millis => {
    t.mock.timers.tick(millis);
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  it.register = () => {
    it.tell('registered', {});
    return it.tick(0);
  };
  it.room = new Room(bus, 'lobby', view);
  return it;
}

/** The same, once the room's topic is registered. */
async function registered(t, stored) {
  const it = entered(t, stored);
  await it.register();
  return it;
}

test('what is said, edited and deleted is shown', async t => {
  const it = await registered(t, [message(1, 'helo')]);
  it.tell('new_message', message(2, 'oops'));
  it.tell('message_edited', { ...message(1, 'hello'), edited_at: '2026-01-02T12:00:00.000Z' });
  it.tell('message_deleted', { id: 20, number: 2, deleted_at: '2026-01-02T12:00:00.000Z' });
  assert.deepEqual(it.shown, [
    ['helo'],
    ['helo', 'oops'],
    ['hello', 'oops'],
    ['hello', undefined],
  ]);
});

test('nothing is loaded before the room is registered, though its people came', async t => {
  const it = entered(t, []);
  it.tell('presence_state', {});
  await it.tick(9_000);
  assert.deepEqual(it.asked, []);
});

test('no message is lost that was stored, or heard, before the room was registered', async t => {
  const it = entered(t, [message(1, 'before')]);
  it.tell('presence_state', {});
  await it.tick(1_000);
  // Nobody is told of the second: the bridge does not know yet where the history ends.
  it.stored = [message(1, 'before'), message(2, 'unheard')];
  it.tell('new_message', message(3, 'heard'));
  await it.register();
  assert.deepEqual(it.shown.at(-1), ['before', 'unheard', 'heard']);
});

test('what is told twice is said once', async t => {
  const it = await registered(t, []);
  it.tell('new_message', message(1, 'hi'));
  it.tell('new_message', message(1, 'hi'));
  assert.deepEqual(it.said, ['hi']);
});

test('who types is told on, and shows no messages anew', async t => {
  const it = await registered(t, []);
  it.tell('typing', { user: 'bob' });
  it.tell('message_edited', { ...message(9, 'elsewhere'), edited_at: '2026-01-02T12:00:00.000Z' });
  assert.deepEqual(it.typists, ['bob']);
  assert.deepEqual(it.shown, [[]]);
});

test('after too much was missed all is loaded anew, and what was known is not relied on', async t => {
  const it = await registered(t, [message(1, 'old'), message(2, 'deleted meanwhile')]);
  it.stored = [message(2, undefined), message(3, 'new')];
  it.tell('missed', {});
  it.tell('new_message', message(4, 'live'));
  await it.tick(1_000);
  assert.deepEqual(it.shown.at(-1), [undefined, 'new', 'live']);
  assert.equal(it.asked.length, 2);
});

test('what is shown stays until it is loaded anew, also when more comes meanwhile', async t => {
  const it = await registered(t, [message(1, 'one'), message(2, 'two')]);
  it.tell('missed', {});
  it.tell('new_message', message(4, 'four'));
  it.tell('missed', {});
  it.tell('new_message', message(6, 'six'));
  assert.deepEqual(it.shown.at(-1), ['one', 'two', 'four', 'six']);
  it.stored = [message(2, undefined), message(5, 'five'), message(6, 'six')];
  await it.tick(1_000);
  assert.deepEqual(it.shown.at(-1), [undefined, 'five', 'six']);
});

test('earlier messages are asked for by number', async t => {
  const it = await registered(t, [message(7, 'seven')]);
  it.stored = [message(6, 'six')];
  await it.room.loadEarlier();
  const asked = { address: 'chat.messages.list', room: 'lobby', before: 7 };
  assert.deepEqual(it.asked.at(-1), asked);
  assert.deepEqual(it.shown.at(-1), ['six', 'seven']);
});

test('who has left the room hears nothing of it', async t => {
  const it = entered(t, [message(1, 'hi')]);
  it.tell('registered', {});
  it.room.leave();
  assert.equal(it.handlers.length, 0);
  await it.tick(20_000);
  assert.deepEqual(it.shown, []);
});
