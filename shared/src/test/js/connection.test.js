import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled, world } from './fake-socket.js';

const outcome = promise =>
  promise.then(
    body => ({ body }),
    ({ code, message }) => ({ code, message }),
  );
const addresses = frames => frames.map(({ address }) => address);

test('what was subscribed and then sent goes out when the socket opens', async t => {
  const it = world(t);
  it.bus.subscribe('room:lobby', () => {});
  const reply = outcome(it.bus.send('chat.messages.list', { room: 'lobby' }));
  it.open();
  assert.deepEqual(
    it.socket().sent.map(({ type }) => type),
    ['register', 'send'],
  );
  it.receive({ type: 'rec', address: it.sent('send')[0].replyAddress, body: { messages: [] } });
  assert.deepEqual(await reply, { body: { messages: [] } });
  assert.deepEqual(it.states, ['connecting', 'live']);
});

test('a topic is registered once for all its subscribers and unregistered after the last', t => {
  const it = world(t);
  it.open();
  const first = it.bus.subscribe('orders', () => {});
  const second = it.bus.subscribe('orders', () => {});
  first();
  first();
  assert.deepEqual(it.sent('unregister'), []);
  second();
  assert.deepEqual(addresses(it.sent('register')), ['orders']);
  assert.deepEqual(addresses(it.sent('unregister')), ['orders']);
});

test('a failure comes with its code and word', async t => {
  const it = world(t);
  it.open();
  const reply = outcome(it.bus.send('chat.messages.post', {}));
  const address = it.sent('send')[0].replyAddress;
  it.receive({
    type: 'err',
    address,
    failureCode: 400,
    failureType: 'RECIPIENT_FAILURE',
    message: 'invalid_text',
  });
  assert.deepEqual(await reply, { code: 400, message: 'invalid_text' });
});

test('a refusal that names no request goes to onRefused and the socket lives on', t => {
  const it = world(t);
  it.open();
  it.receive({ type: 'err', body: 'access_denied' });
  assert.deepEqual(it.refused, ['access_denied']);
  assert.equal(it.bus.state.name, 'live');
});

const refuseRegister = (it, failureCode, message) => {
  const address = it.sent('register').at(-1).replyAddress;
  it.receive({ type: 'err', address, failureCode, failureType: 'RECIPIENT_FAILURE', message });
};

test('a register that may succeed later is tried until it does, and told of once', async t => {
  const it = world(t);
  it.open();
  const heard = [];
  it.bus.subscribe('room:lobby', ({ event }) => heard.push(event));
  for (const code of [503, 429, 503]) {
    refuseRegister(it, code, 'auth_error');
    await it.tick(2_000);
  }
  assert.deepEqual(addresses(it.sent('register')), Array(4).fill('room:lobby'));
  it.acknowledge('room:lobby');
  await it.tick(60_000);
  assert.deepEqual(heard, ['registered']);
  assert.equal(it.sent('register').length, 4);
  assert.deepEqual(it.refused, ['auth_error']);
});

test('a register that is not allowed, or whose topic was left, is not tried again', async t => {
  const it = world(t);
  it.open();
  it.bus.subscribe('room:secret', () => {});
  refuseRegister(it, 403, 'access_denied');
  const leave = it.bus.subscribe('room:lobby', () => {});
  refuseRegister(it, 503, 'auth_error');
  leave();
  await it.tick(60_000);
  assert.deepEqual(addresses(it.sent('register')), ['room:secret', 'room:lobby']);
});

test('a cut registers once, whatever was to be tried again', async t => {
  const it = world(t);
  it.open();
  it.bus.subscribe('room:lobby', () => {});
  refuseRegister(it, 503, 'auth_error');
  await it.cut();
  await it.tick(500);
  it.open();
  await it.tick(60_000);
  assert.equal(it.sent('register').length, 1);
});

test('it pings every five seconds while live', async t => {
  const it = world(t);
  it.open();
  await it.tick(15_000);
  assert.equal(it.sent('ping').length, 3);
});

test('after a cut it registers again, and what was sent has failed', async t => {
  const it = world(t);
  it.open();
  it.bus.subscribe('room:lobby', () => {});
  const reply = outcome(it.bus.send('chat.messages.post', {}));
  await it.cut();
  assert.deepEqual(await reply, { code: 503, message: 'disconnected' });
  const waiting = outcome(it.bus.send('chat.messages.list', {}));
  await it.tick(500);
  assert.equal(it.sockets.length, 2);
  it.open();
  assert.deepEqual(addresses(it.socket().sent), ['room:lobby', 'chat.messages.list']);
  assert.deepEqual(it.states, ['connecting', 'live', 'reconnecting', 'live']);
  it.receive({ type: 'rec', address: it.sent('send')[0].replyAddress, body: 1 });
  assert.deepEqual(await waiting, { body: 1 });
});

test('a refused connection with 401 at /me ends as signed out', async t => {
  const it = world(t, { me: 401 });
  const reply = outcome(it.bus.send('orders.list', {}));
  await it.cut();
  assert.deepEqual(it.states, ['connecting', 'reconnecting', 'closed signed_out']);
  assert.deepEqual(await reply, { code: 503, message: 'closed' });
  assert.deepEqual(await outcome(it.bus.send('orders.list', {})), { code: 503, message: 'closed' });
  await it.tick(60_000);
  assert.equal(it.sockets.length, 1);
});

test('a server that is away is tried again, at five seconds at the latest, for ever', async t => {
  const it = world(t, { me: null });
  for (let attempt = 1; attempt <= 12; attempt++) {
    assert.equal(it.sockets.length, attempt);
    await it.cut();
    await it.tick(5_000);
  }
  assert.equal(it.bus.state.name, 'reconnecting');
});

test('a socket that lived a while resets the wait, one that closed at once does not', async t => {
  const it = world(t, { me: null });
  for (let attempt = 0; attempt < 8; attempt++) {
    it.open();
    await it.cut();
    await it.tick(5_000);
  }
  it.open();
  await it.cut();
  await it.tick(500);
  assert.equal(it.sockets.length, 9, 'the wait is at least a second by now');
  await it.tick(4_500);
  it.open();
  await it.tick(5_000);
  await it.cut();
  await it.tick(500);
  assert.equal(it.sockets.length, 11);
});

test('no answer within ten seconds is 408, and on a silent socket means it is dead', async t => {
  const it = world(t);
  it.open();
  await it.tick(1);
  const reply = outcome(it.bus.send('orders.list', {}));
  await it.tick(10_000);
  assert.deepEqual(await reply, { code: 408, message: 'timeout' });
  assert.equal(it.bus.state.name, 'reconnecting');
  assert.equal(it.socket().closed, true);
});

test('no answer while other messages come does not break the connection', async t => {
  const it = world(t);
  it.open();
  const reply = outcome(it.bus.send('orders.list', {}));
  await it.tick(4_000);
  it.receive({ type: 'rec', address: 'orders', body: { event: 'order_created', payload: {} } });
  await it.tick(6_000);
  assert.equal((await reply).code, 408);
  assert.equal(it.bus.state.name, 'live');
});

test('an attempt to connect that hangs is given up', async t => {
  const it = world(t);
  await it.tick(10_000);
  assert.equal(it.sockets[0].closed, true);
  await it.tick(5_000);
  assert.equal(it.sockets.length, 2);
});

test('close is for good, also between two attempts', async t => {
  const it = world(t);
  it.open();
  await it.cut();
  it.bus.close('changed_name');
  await it.tick(60_000);
  await settled();
  assert.equal(it.sockets.length, 1);
  assert.equal(it.states.at(-1), 'closed changed_name');
});

test('a browser that comes back says which ref and which position it had', async t => {
  const it = world(t);
  it.open();
  const heard = [];
  it.bus.subscribe('room:lobby', ({ event, position }) => heard.push([event, position]));
  const [{ replyAddress, headers }] = it.sent('register');
  assert.deepEqual(headers, {});
  it.receive({ type: 'rec', address: replyAddress, body: { phx_ref: 'n1:7', position: 40 } });
  const body = { event: 'said', payload: {} };
  it.receive({ type: 'rec', address: 'room:lobby', headers: { position: '41' }, body });
  await it.cut();
  await it.tick(500);
  it.open();
  const [again] = it.sent('register');
  assert.deepEqual(again.headers, { phx_ref: 'n1:7', position: '41' });
  it.receive({
    type: 'rec',
    address: again.replyAddress,
    body: { phx_ref: 'n2:1', position: 900, complete: false },
  });
  const heardInOrder = [['registered', 40], ['said', 41], ['missed', 900], ['registered', 900]];
  assert.deepEqual(heard, heardInOrder);
});

test('a register that is refused tells its word, and so does a right that is taken back', t => {
  const it = world(t);
  it.open();
  const heard = [];
  it.bus.subscribe('room:secret', ({ event }) => heard.push(event));
  const failure = { failureCode: 403, failureType: 'RECIPIENT_FAILURE', message: 'access_denied' };
  it.receive({ type: 'err', address: it.sent('register')[0].replyAddress, ...failure });
  it.receive({ type: 'err', address: 'room:secret', ...failure });
  assert.deepEqual(heard, []);
  assert.deepEqual(it.refused, ['access_denied', 'access_denied']);
  assert.equal(it.bus.state.name, 'live');
});

test('who subscribes during a cut is told that the topic is registered once it is again', async t => {
  const it = world(t);
  it.open();
  it.bus.subscribe('orders', () => {});
  it.acknowledge('orders');
  await it.cut();
  const heard = [];
  it.bus.subscribe('orders', ({ event }) => heard.push(event));
  await settled();
  assert.deepEqual(heard, []);
  await it.tick(500);
  it.open();
  it.acknowledge('orders');
  assert.deepEqual(heard, ['registered']);
});

test('a node that leaves is left when it says so, for another at once', async t => {
  const it = world(t);
  it.open();
  await it.tick(1);
  it.receive({ event: 'reconnect', message: { in_millis: 3_000 } });
  await it.tick(2_999);
  assert.equal(it.sockets.length, 1);
  await it.tick(1);
  await it.tick(0);
  assert.equal(it.sockets[0].closed, true);
  assert.equal(it.sockets.length, 2);
});

test('a token that ends is renewed where the page can', async t => {
  const it = world(t, { renew: async () => 'fresh' });
  it.open();
  it.receive({ event: 'token_expiring', message: { in_seconds: 60 } });
  await settled();
  const [{ address, body }] = it.sent('send');
  assert.deepEqual([address, body], ['rollcall.token', { token: 'fresh' }]);
});
