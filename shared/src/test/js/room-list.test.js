import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeDocument } from './fake-dom.js';
import { importPage } from './pages.js';

const { RoomList } = await importPage('chat-service', 'room-list.js');

/** A list beside a server that has so many rooms, `r00000` and on. */
function listing(count, most = 100) {
  const names = Array.from({ length: count }, (_, i) => `r${String(i).padStart(5, '0')}`);
  const it = { names, asked: [], list: fakeDocument().createElement('ul') };
  it.bus = {
    send: async (address, body) => {
      assert.equal(address, 'chat.rooms.list');
      // As it is on the wire, without what JSON leaves out.
      const asked = JSON.parse(JSON.stringify(body));
      it.asked.push(asked);
      const others = names.filter(name => name > (asked.after ?? ''));
      const page = others.slice(0, Math.min(most, asked.limit ?? 50));
      return { rooms: page.map(room => ({ room })), more: others.length > page.length };
    },
  };
  it.shown = () => it.list.children.map(({ textContent }) => textContent.replace('# ', ''));
  it.rooms = new RoomList(it.list);
  it.rooms.enter('lobby');
  return it;
}

test('all rooms are listed, whatever the number of pages that they take', async () => {
  for (const count of [0, 1, 99, 100, 101, 250]) {
    const it = listing(count);
    await it.rooms.load(it.bus);
    assert.deepEqual(it.shown(), ['lobby', ...it.names]);
    assert.equal(it.asked.length, Math.max(1, Math.ceil(count / 100)));
  }
});

test('each page is asked for after the last name of the one before', async () => {
  const it = listing(250);
  await it.rooms.load(it.bus);
  assert.deepEqual(it.asked, [
    { limit: 100 },
    { after: 'r00099', limit: 100 },
    { after: 'r00199', limit: 100 },
  ]);
});

test('of very many rooms the first twenty pages are listed', async () => {
  const it = listing(2_345);
  await it.rooms.load(it.bus);
  assert.equal(it.asked.length, 20);
  assert.deepEqual(it.shown(), ['lobby', ...it.names.slice(0, 2_000)]);
});

test('a server that says there are more and names none is not asked on', async () => {
  const it = listing(3, 0);
  await it.rooms.load(it.bus);
  assert.equal(it.asked.length, 1);
  assert.deepEqual(it.shown(), ['lobby']);
});

test('where a page cannot be had, what was listed before stays', async () => {
  const it = listing(150);
  await it.rooms.load(it.bus);
  const { send } = it.bus;
  it.bus.send = (address, body) =>
    body.after ? Promise.reject(new Error('unavailable')) : send(address, body);
  await assert.rejects(it.rooms.load(it.bus), /unavailable/);
  assert.deepEqual(it.shown(), ['lobby', ...it.names]);
});
