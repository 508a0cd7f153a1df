import assert from 'node:assert/strict';
import { test } from 'node:test';

const page = new URL('../../main/resources/operator/', import.meta.url);
const { HEARING, agreement, duration, isSilent, nameOf, problems } = await import(
  new URL('words.js', page)
);

const { History } = await import(new URL('history.js', page));

const node = (id, service, more = {}) => ({
  node: id,
  service,
  host: `10.0.0.${id}`,
  state: 'ready',
  failing: [],
  late: [],
  heap_bytes: 1,
  max_heap_bytes: 10,
  ready_replicas: 1,
  ...more,
});
const silent = (id, service, state = 'silent') =>
  ({ node: id, service, host: `10.0.0.${id}`, state });
const replica = { node: '3', ready: true, clocks: {} };
const presence = { partitions: '....', replicas: [replica] };

/** All hear one another, unless it is said. */
function report(nodes, hearing = {}, more = {}) {
  const row = from => nodes.map(to => (from === to ? '=' : '+')).join('');
  const all = Object.fromEntries(nodes.map(each => [each.node, row(each)]));
  return { at: '2026-01-01T03:00:00Z', nodes, hearing: { ...all, ...hearing }, presence, ...more };
}

const texts = (...args) => problems(...args).map(({ text }) => text);
const three = () => [
  node('1', 'chat-service'),
  node('2', 'orders-service'),
  node('3', 'presence-service'),
];

test('where all is well nothing is said', () => {
  assert.deepEqual(problems(report(three())), []);
});

test('of a node that does not answer it is said whether it is heard', () => {
  const [a, b, c] = three();
  const away = [a, node('4', 'orders-service'), silent('2', 'orders-service'), c];
  assert.deepEqual(texts(report(away, { 1: '=+-+', 4: '+=-+', 3: '++-=', 2: '????' })), [
    'orders 2 at 10.0.0.2 does not answer; nobody hears it.',
  ]);
  const stuck = [a, silent('2', 'orders-service', 'unreadable'), b, c];
  assert.match(texts(report(stuck))[0], /answers what this version cannot read; 3 of 3 hear it\.$/);
});

test('links that are broken are told once, and not endlessly', () => {
  assert.deepEqual(texts(report(three(), { 1: '=-+' })), ['chat 1 does not hear orders 2.']);
  assert.deepEqual(texts(report(three(), { 1: '=-+', 2: '-=+' })), [
    'chat 1 and orders 2 do not hear each other.',
  ]);
  assert.deepEqual(texts(report(three(), { 1: '=.+', 2: '.=+' })), [
    'chat 1 and orders 2 do not list each other: the cluster is split.',
  ]);
  const many = Array.from({ length: 9 }, (_, i) => node(`${i}`, 'presence-service'));
  const row = i => `${'-'.repeat(i)}=${'-'.repeat(8 - i)}`;
  const deaf = Object.fromEntries(many.map((each, i) => [each.node, row(i)]));
  const told = texts(report(many, deaf));
  assert.equal(told.length, 7);
  assert.equal(told[6], '30 more ways are broken.');
});

test('a node that is not ready says why, and the worst comes first', () => {
  const nodes = [
    node('1', 'chat-service', { state: 'draining' }),
    node('5', 'chat-service', { heap_bytes: 9.9 }),
    node('2', 'orders-service', { state: 'not_ready', failing: ['database', 'outbox'] }),
    node('3', 'presence-service', { late: ['replica'] }),
  ];
  const found = problems(report(nodes));
  assert.deepEqual(
    found.map(({ level }) => level),
    ['bad', 'bad', 'bad', 'warn', 'note'],
  );
  assert.deepEqual(texts(report(nodes)), [
    'orders 2 is not ready: database, outbox.',
    'On presence 3 the replica does not answer.',
    'No node of orders-service is known to be ready.',
    'The heap of chat 5 is nearly full.',
    'chat 1 is draining.',
  ]);
});

test('without a replica lists stay as they were, and who knows too few is named', () => {
  const none = { partitions: '....', replicas: [{ ...replica, ready: false }] };
  const [worst] = texts(report(three(), {}, { presence: none }));
  assert.match(worst, /No replica of presence is ready/);
  const two = { partitions: '====', replicas: [replica, replica] };
  const [a, b, c] = three();
  const nodes = [a, b, c].map(each => ({ ...each, ready_replicas: 2 }));
  nodes[0].ready_replicas = 1;
  assert.deepEqual(texts(report(nodes, {}, { presence: two })), [
    'Not all 2 replicas are known to chat 1.',
  ]);
});

test('replicas that differ are a problem once they have done so for two reports', () => {
  const two = { partitions: '=!~=', replicas: [replica, replica] };
  const nodes = three().map(each => ({ ...each, ready_replicas: 2 }));
  const differing = report(nodes, {}, { presence: two });
  assert.deepEqual(texts(differing), []);
  const history = new History();
  assert.deepEqual(texts(differing, history.before(differing)), []);
  history.add(differing);
  assert.deepEqual(texts(differing, history.before(differing)), [
    'Replicas that have heard the same differ in partition 1.',
  ]);
  assert.equal(
    agreement(two),
    '2 of 4 partitions are the same on 2 replicas, 1 in motion, 1 different.',
  );
  assert.equal(agreement(presence), '1 ready: there are no two to compare.');
});

test('a node that has left is remembered, and so is a service of which none is left', () => {
  const history = new History();
  history.add(report(three()));
  const [chat, , presence] = three();
  const after = report([chat, presence]);
  const told = texts(after, history.before(after));
  assert.equal(told[0], 'No node of orders-service is known to be ready.');
  assert.match(told[1], /^orders 2 has left; last seen at /);
  history.add({ ...after, at: '2026-01-01T03:20:00Z' });
  assert.deepEqual(texts(after, history.before(after)), []);
});

test('a node that is gone without a goodbye is named, as the replicas keep it', () => {
  const clocks = { 1: [5, 0], 9: [-1, -1], 8: [3, 0] };
  const one = { partitions: '....', replicas: [{ ...replica, clocks }] };
  assert.deepEqual(texts(report(three(), {}, { presence: one })), [
    'Gone without a goodbye, and hidden until they return: 9.',
  ]);
});

test('every letter has a mark and a word', () => {
  for (const letter of '=+-!.~?') assert.ok(HEARING[letter].word);
});

test('times and names are short', () => {
  const short = [5, 61, 7_300, 90_000, 200_000].map(duration);
  assert.deepEqual(short, ['5 s', '1 min', '2 h', '25 h', '2 d']);
  assert.equal(nameOf({ node: '7d0f', service: 'chat-service' }), 'chat 7d0f');
  assert.equal(nameOf({ node: '7d0f', service: '' }), '7d0f');
  assert.equal(isSilent({ state: 'draining' }), false);
});
