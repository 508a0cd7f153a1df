import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeDocument } from './fake-dom.js';
import { importPage } from './pages.js';

const { Outbox } = await importPage('chat-service', 'outbox.js');

const UNAVAILABLE = { code: 503, message: 'unavailable' };
const TIMEOUT = { code: 408, message: 'timeout' };
const DISCONNECTED = { code: 503, message: 'disconnected' };

/** An outbox on a live connection. Each send waits for `answer(failure)`; without one it is stored. */
function written(t, ...texts) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  t.mock.method(Math, 'random', () => 1);
  const it = { sent: [], stored: [], list: fakeDocument().createElement('ul') };
  let watch;
  let waiting = [];
  const bus = {
    onState: watcher => (watch = watcher)({ name: 'live' }),
    send: (address, { text, client_id }) => {
      assert.equal(address, 'chat.messages.post');
      it.sent.push({ text, client_id });
      return new Promise((resolve, reject) => waiting.push({ text, resolve, reject }));
    },
  };
  const settle = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  it.answer = failure => {
    assert.equal(waiting.length, 1, 'one is sent at a time');
    const { text, resolve, reject } = waiting.pop();
    if (!failure) it.stored.push(text);
    failure ? reject(failure) : resolve({});
    return settle();
  };
  it.tick = millis => {
    t.mock.timers.tick(millis);
    return settle();
  };
  it.become = name => {
    watch({ name });
    return settle();
  };
  /** What is under way fails, and is sent again after so long. */
  it.pauses = async millis => {
    await it.answer(UNAVAILABLE);
    const before = it.sent.length;
    await it.tick(millis - 1);
    assert.equal(it.sent.length, before, `not before ${millis} ms`);
    await it.tick(1);
    assert.equal(it.sent.length, before + 1, `after ${millis} ms`);
  };
  it.texts = () => it.sent.splice(0).map(({ text }) => text);
  it.shown = () => it.list.children.map(node => node.querySelector('.why').textContent);
  it.failed = () => it.list.children.filter(({ classes }) => classes.has('failed')).length;
  it.press = (label, index) =>
    it.list.children[index]
      .querySelector('.state')
      .children.find(({ textContent }) => textContent === label)
      .onclick();
  it.outbox = new Outbox(bus, it.list);
  it.outbox.show('lobby');
  texts.forEach(text => it.outbox.post('lobby', text));
  return it;
}

const CANNOT = 'Not sent. The server cannot store messages now.';

test('what is written is sent one after the other, and gone once it is stored', async t => {
  const it = written(t, 'a', 'b');
  assert.deepEqual(it.shown(), ['Sending…', 'Sending…']);
  await it.answer();
  assert.deepEqual(it.shown(), ['Sending…']);
  await it.answer();
  assert.deepEqual(it.shown(), []);
  assert.deepEqual(it.stored, ['a', 'b']);
});

for (const failure of [UNAVAILABLE, TIMEOUT]) {
  test(`after ${failure.message} it is sent again by itself, under the same id`, async t => {
    const it = written(t, 'a');
    await it.answer(failure);
    assert.match(it.shown()[0], /^Not sent\. /);
    assert.equal(it.failed(), 1);
    await it.tick(500);
    assert.deepEqual(it.shown(), ['Sending…']);
    assert.equal(it.failed(), 0);
    await it.answer();
    assert.deepEqual(it.shown(), []);
    const [first, second] = it.sent;
    assert.deepEqual(first, second);
    await it.tick(60_000);
    assert.equal(it.sent.length, 2);
  });
}

test('the pauses grow to five seconds, and are short again after one was stored', async t => {
  const it = written(t, 'a');
  for (const millis of [500, 1_000, 2_000, 4_000, 5_000, 5_000]) await it.pauses(millis);
  await it.answer();
  it.outbox.post('lobby', 'b');
  await it.pauses(500);
});

test('the pauses are short again on a new connection', async t => {
  const it = written(t, 'a');
  for (const millis of [500, 1_000, 2_000]) await it.pauses(millis);
  await it.answer(UNAVAILABLE);
  await it.become('live');
  await it.pauses(500);
});

test('who waits is not overtaken by what is written later', async t => {
  const it = written(t, 'a', 'b');
  await it.answer(UNAVAILABLE);
  it.outbox.post('lobby', 'c');
  assert.deepEqual(it.shown(), [CANNOT, CANNOT, CANNOT]);
  assert.deepEqual(it.texts(), ['a']);
  await it.tick(500);
  await it.answer(TIMEOUT);
  await it.tick(1_000);
  assert.deepEqual(it.texts(), ['a', 'a']);
  await it.answer();
  await it.answer();
  await it.answer();
  assert.deepEqual(it.stored, ['a', 'b', 'c']);
});

test('one that is refused waits for its writer, and the others go on', async t => {
  const it = written(t, 'a', 'b');
  await it.answer({ code: 400, message: 'invalid_text' });
  await it.answer();
  assert.deepEqual(it.shown(), ['Not sent. The server refused it: invalid_text.']);
  await it.tick(60_000);
  await it.become('live');
  assert.deepEqual(it.texts(), ['a', 'b']);
  it.press('Send again', 0);
  assert.deepEqual(it.shown(), ['Sending…']);
  await it.answer();
  assert.deepEqual(it.stored, ['b', 'a']);
});

test('without a connection it waits for one, and is then sent at once', async t => {
  const it = written(t, 'a', 'b');
  await it.answer(DISCONNECTED);
  await it.become('reconnecting');
  await it.tick(60_000);
  assert.deepEqual(it.texts(), ['a']);
  await it.become('live');
  await it.answer();
  await it.answer();
  assert.deepEqual(it.stored, ['a', 'b']);
});

test('a new connection ends the pause, and what another node may take is sent again', async t => {
  const it = written(t, 'a', 'b');
  await it.answer({ code: 503, message: 'auth_error' });
  await it.answer(UNAVAILABLE);
  await it.tick(60_000);
  assert.deepEqual(it.texts(), ['a', 'b', 'b']);
  await it.answer(UNAVAILABLE);
  await it.become('live');
  await it.answer();
  await it.answer();
  assert.deepEqual(it.stored, ['a', 'b']);
  await it.tick(60_000);
  assert.deepEqual(it.texts(), ['a', 'b']);
});

test('the button ends the pause', async t => {
  const it = written(t, 'a', 'b');
  await it.answer(UNAVAILABLE);
  it.press('Send again', 1);
  await it.answer();
  await it.answer();
  assert.deepEqual(it.stored, ['a', 'b']);
  await it.tick(60_000);
  assert.deepEqual(it.texts(), ['a', 'a', 'b']);
});

test('a pause that the button has ended does not end the next one', async t => {
  const it = written(t, 'a');
  await it.answer(UNAVAILABLE);
  it.press('Send again', 0);
  await it.pauses(1_000);
});

test('what is discarded is not sent again, and keeps nobody waiting', async t => {
  const it = written(t, 'a', 'b', 'c');
  it.press('Discard', 0);
  await it.answer(UNAVAILABLE);
  await it.answer(UNAVAILABLE);
  it.press('Discard', 0);
  await it.tick(500);
  await it.answer();
  assert.deepEqual(it.texts(), ['a', 'b', 'c']);
  assert.deepEqual(it.stored, ['c']);
});

test('after it is cleared nothing is sent', async t => {
  const it = written(t, 'a', 'b');
  await it.answer(UNAVAILABLE);
  it.outbox.clear();
  await it.tick(60_000);
  await it.become('live');
  assert.deepEqual(it.texts(), ['a']);
  assert.deepEqual(it.shown(), []);
});
