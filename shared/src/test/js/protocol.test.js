import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read } from '../../main/resources/webroot/rollcall/protocol.js';

const frame = object => JSON.stringify(object);
const failure = more => read(frame({ type: 'err', address: 'r1', ...more })).failure;

test('text and binary frames read the same', () => {
  const text = frame({ type: 'rec', address: 'orders', body: { event: 'é' } });
  const expected = { kind: 'received', address: 'orders', body: { event: 'é' } };
  assert.deepEqual(read(text), expected);
  assert.deepEqual(read(new TextEncoder().encode(text).buffer), expected);
});

test('a failed reply carries the code and the word of the service', () => {
  const { code, message } = failure({
    failureCode: 400,
    failureType: 'RECIPIENT_FAILURE',
    message: 'invalid_text',
  });
  assert.deepEqual([code, message], [400, 'invalid_text']);
});

test('nobody there and no answer become 503 and 408', () => {
  assert.equal(
    failure({ failureCode: -1, failureType: 'NO_HANDLERS', message: 'No handlers' }).code,
    503,
  );
  assert.equal(
    failure({ failureCode: -1, failureType: 'TIMEOUT', message: 'Timed out' }).message,
    'timeout',
  );
});

test('an error of the bridge itself is a refusal, or a failure when it says of what', () => {
  assert.deepEqual(read(frame({ type: 'err', body: 'access_denied' })), {
    kind: 'refused',
    word: 'access_denied',
  });
  assert.equal(failure({ body: 'access_denied' }).code, 403);
  assert.equal(failure({ body: 'rate_limited' }).message, 'rate_limited');
});
