import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catchUp } from '../../main/resources/webroot/rollcall/page/catch-up.js';
import { world } from './fake-socket.js';

const TOPIC = 'room:lobby';
const STATE = { event: 'presence_state', payload: {} };
const MISSED = { event: 'replay_incomplete', payload: { position: 7 } };

function following(t) {
  const it = world(t, { me: null });
  Object.assign(it, { loads: 0, troubles: [], failures: 0 });
  const load = async () => {
    it.loads++;
    if (it.failures-- > 0) throw new Error('unavailable');
  };
  it.stop = catchUp(it.bus, TOPIC, load, failure => it.troubles.push(failure?.message ?? null));
  it.tell = (body, address = TOPIC) => it.receive({ type: 'rec', address, body });
  it.open();
  return it;
}

test('it loads once, as soon as the topic is registered', async t => {
  const it = following(t);
  it.acknowledge(TOPIC);
  assert.equal(it.loads, 1);
  it.tell(STATE);
  await it.tick(20_000);
  assert.equal(it.loads, 1);
  assert.deepEqual(it.troubles, [null]);
});

test('nothing is loaded before the topic is registered, though its people came', async t => {
  const it = following(t);
  it.tell(STATE);
  await it.tick(9_999);
  assert.equal(it.loads, 0);
  it.acknowledge(TOPIC);
  assert.equal(it.loads, 1);
});

test('a bridge that does not say so is not waited for longer than ten seconds', async t => {
  const it = following(t);
  await it.tick(10_000);
  assert.equal(it.loads, 1);
  it.tell(MISSED);
  await it.tick(500);
  assert.equal(it.loads, 2);
});

for (const complete of [true, false]) {
  test(`what was loaded before a late answer (${complete}) is loaded again, once`, async t => {
    const it = following(t);
    await it.tick(10_000);
    it.acknowledge(TOPIC, { position: 7, complete });
    await it.tick(5_000);
    assert.equal(it.loads, 2);
  });
}

test('it loads at once where the topic is registered already', async t => {
  const it = following(t);
  it.acknowledge(TOPIC);
  let loads = 0;
  catchUp(it.bus, TOPIC, async () => loads++, () => {});
  await it.tick(0);
  assert.equal(loads, 1);
  await it.tick(20_000);
  assert.equal(loads, 1);
});

test('an answer that not all was sent leads to one load', async t => {
  const it = following(t);
  it.acknowledge(TOPIC, { position: 7, complete: false });
  assert.equal(it.loads, 1);
  await it.tick(20_000);
  assert.equal(it.loads, 1);
});

test('it loads again after each reconnection', async t => {
  const it = following(t);
  it.acknowledge(TOPIC);
  await it.cut();
  await it.tick(5_000);
  it.open();
  it.acknowledge(TOPIC);
  assert.equal(it.loads, 2);
});

test('a failed load is told and repeated until it succeeds', async t => {
  const it = following(t);
  it.failures = 2;
  it.acknowledge(TOPIC);
  for (let i = 0; i < 4; i++) await it.tick(1_000);
  assert.equal(it.loads, 3);
  assert.deepEqual(it.troubles, ['unavailable', 'unavailable', null]);
});

test('it loads again when some was missed, and once for one connection', async t => {
  const it = following(t);
  it.tell(MISSED);
  assert.equal(it.loads, 0);
  it.acknowledge(TOPIC);
  await it.tick(1);
  assert.equal(it.loads, 1);
  it.tell(MISSED);
  it.tell(MISSED);
  assert.equal(it.loads, 1, 'not all browsers at once');
  await it.tick(500);
  assert.equal(it.loads, 2);
  it.tell(MISSED);
  await it.tick(500);
  assert.equal(it.loads, 3);
  assert.deepEqual(it.troubles, [null, null, null]);
});

test('what is missed of another topic, or after the end, is nothing to it', async t => {
  const it = following(t);
  it.bus.subscribe('orders', () => {});
  it.acknowledge(TOPIC);
  it.acknowledge('orders');
  it.tell(MISSED, 'orders');
  await it.tick(500);
  assert.equal(it.loads, 1);
  it.bus.subscribe(TOPIC, () => {});
  it.stop();
  it.tell(MISSED);
  await it.tick(500);
  assert.equal(it.loads, 1);
});

test('one that is cut before it has loaded again does so once it is back', async t => {
  const it = following(t);
  it.acknowledge(TOPIC);
  it.tell(MISSED);
  await it.cut();
  await it.tick(5_000);
  it.open();
  it.acknowledge(TOPIC);
  assert.equal(it.loads, 2);
  it.tell(MISSED);
  await it.tick(500);
  assert.equal(it.loads, 3);
});

test('a load that fails after some was missed is that of before, and not repeated', async t => {
  const it = following(t);
  it.failures = 1;
  it.acknowledge(TOPIC);
  it.tell(MISSED);
  await it.tick(5_000);
  assert.equal(it.loads, 2);
  assert.deepEqual(it.troubles, [null]);
});

test('once stopped it neither loads nor tells', async t => {
  const it = following(t);
  it.failures = 1;
  it.acknowledge(TOPIC);
  it.stop();
  await it.tick(10_000);
  assert.equal(it.loads, 1);
  assert.deepEqual(it.troubles, []);
});
