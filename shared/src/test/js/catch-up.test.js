import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catchUp } from '../../main/resources/webroot/rollcall/page/catch-up.js';
import { world } from './fake-socket.js';

const STATE = {
  type: 'rec',
  address: 'room:lobby',
  body: { event: 'presence_state', payload: {} },
};

function following(t) {
  const it = world(t, { me: null });
  Object.assign(it, { loads: 0, troubles: [], failures: 0 });
  const load = async () => {
    it.loads++;
    if (it.failures-- > 0) throw new Error('unavailable');
  };
  it.stop = catchUp(it.bus, 'room:lobby', load, failure =>
    it.troubles.push(failure?.message ?? null),
  );
  it.open();
  return it;
}

test('it loads once, as soon as presence_state shows that the topic is registered', async t => {
  const it = following(t);
  assert.equal(it.loads, 0);
  it.receive(STATE);
  it.receive(STATE);
  await it.tick(5_000);
  assert.equal(it.loads, 1);
  assert.deepEqual(it.troubles, [null]);
});

test('without a replica it loads after a second', async t => {
  const it = following(t);
  await it.tick(1_000);
  it.receive(STATE);
  assert.equal(it.loads, 1);
});

test('it loads again after each reconnection', async t => {
  const it = following(t);
  it.receive(STATE);
  await it.cut();
  await it.tick(5_000);
  it.open();
  it.receive(STATE);
  assert.equal(it.loads, 2);
});

test('a failed load is told and repeated until it succeeds', async t => {
  const it = following(t);
  it.failures = 2;
  it.receive(STATE);
  for (let i = 0; i < 4; i++) await it.tick(1_000);
  assert.equal(it.loads, 3);
  assert.deepEqual(it.troubles, ['unavailable', 'unavailable', null]);
});

test('it loads again when some was missed, and once for one connection', async t => {
  const it = following(t);
  const missed = { event: 'replay_incomplete', payload: { position: 7 } };
  it.receive({ type: 'rec', address: 'room:lobby', body: missed });
  assert.equal(it.loads, 0);
  it.receive(STATE);
  await it.tick(1);
  assert.equal(it.loads, 1);
  it.receive({ type: 'rec', address: 'room:lobby', body: missed });
  it.receive({ type: 'rec', address: 'room:lobby', body: missed });
  assert.equal(it.loads, 1, 'not all browsers at once');
  await it.tick(500);
  assert.equal(it.loads, 2);
  it.receive({ type: 'rec', address: 'room:lobby', body: missed });
  await it.tick(500);
  assert.equal(it.loads, 3);
  assert.deepEqual(it.troubles, [null, null, null]);
});

test('what is missed may be of another topic than that which shows the registration', async t => {
  const it = world(t, { me: null });
  let loads = 0;
  const stop = catchUp(it.bus, 'dashboard', async () => loads++, () => {}, 'orders');
  it.open();
  it.receive({ ...STATE, address: 'dashboard' });
  const missed = { event: 'replay_incomplete', payload: { position: 7 } };
  it.receive({ type: 'rec', address: 'dashboard', body: missed });
  await it.tick(500);
  assert.equal(loads, 1);
  it.receive({ type: 'rec', address: 'orders', body: missed });
  await it.tick(500);
  assert.equal(loads, 2);
  stop();
  it.receive({ type: 'rec', address: 'orders', body: missed });
  await it.tick(500);
  assert.equal(loads, 2);
});

test('one that is cut before it has loaded again does so once it is back', async t => {
  const it = following(t);
  const missed = { event: 'replay_incomplete', payload: { position: 7 } };
  it.receive(STATE);
  it.receive({ type: 'rec', address: 'room:lobby', body: missed });
  await it.cut();
  await it.tick(5_000);
  it.open();
  it.receive(STATE);
  assert.equal(it.loads, 2);
  it.receive({ type: 'rec', address: 'room:lobby', body: missed });
  await it.tick(500);
  assert.equal(it.loads, 3);
});

test('a load that fails after some was missed is that of before, and not repeated', async t => {
  const it = following(t);
  it.failures = 1;
  it.receive(STATE);
  const missed = { event: 'replay_incomplete', payload: { position: 7 } };
  it.receive({ type: 'rec', address: 'room:lobby', body: missed });
  await it.tick(5_000);
  assert.equal(it.loads, 2);
  assert.deepEqual(it.troubles, [null]);
});

test('once stopped it neither loads nor tells', async t => {
  const it = following(t);
  it.failures = 1;
  it.receive(STATE);
  it.stop();
  await it.tick(10_000);
  assert.equal(it.loads, 1);
  assert.deepEqual(it.troubles, []);
});
