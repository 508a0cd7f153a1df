/*
 * The frames of the Vert.x event-bus bridge, and what they mean. Nothing here does anything.
 */

/**
 * Why a send got no answer. `code` is a number in the sense of HTTP (400, 403, 408, 503), or what
 * the service chose; `message` is a word to tell cases apart, such as `invalid_text`.
 */
export class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }
}

export const PING = Object.freeze({ type: 'ping' });

export const register = topic => ({ type: 'register', address: topic, headers: {} });

export const unregister = topic => ({ type: 'unregister', address: topic, headers: {} });

export const send = (address, body, replyAddress) => ({
  type: 'send',
  address,
  body,
  replyAddress,
});

/**
 * Reads a frame from the bridge. The kinds are `received` (a topic's message or a reply: only the
 * one who asked can tell), `failed` (the reply is a failure) and `refused` (no address: the bridge
 * does not say which frame it was).
 */
export function read(data) {
  const frame = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data));
  if (frame.type !== 'err') return { kind: 'received', address: frame.address, body: frame.body };
  if (frame.address === undefined) return { kind: 'refused', word: frame.body };
  return { kind: 'failed', address: frame.address, failure: failureOf(frame) };
}

function failureOf({ failureCode, failureType, message, body }) {
  if (failureType === 'TIMEOUT') return new Failure(408, 'timeout');
  if (failureType === 'NO_HANDLERS') return new Failure(503, 'unavailable');
  if (failureType === undefined) return new Failure(body === 'access_denied' ? 403 : 400, body);
  return new Failure(failureCode, message);
}
