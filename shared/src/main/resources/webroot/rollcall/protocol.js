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

/**
 * With a `replyAddress` the bridge answers once the topic is followed. `headers` name what the
 * client had before it was cut: its `phx_ref`, so that nobody sees it leave, and the last
 * `position`, after which it is sent what it missed.
 */
export const register = (topic, replyAddress, headers = {}) => ({
  type: 'register',
  address: topic,
  headers,
  replyAddress,
});

export const unregister = topic => ({ type: 'unregister', address: topic, headers: {} });

export const send = (address, body, replyAddress) => ({
  type: 'send',
  address,
  body,
  replyAddress,
});

/**
 * Reads a frame from the bridge. The kinds are `received` (a topic's message or a reply: only the
 * one who asked can tell), `failed` (the reply is a failure), `refused` (no address: the bridge
 * does not say which frame it was) and `told` (a word of the bridge itself).
 */
export function read(data) {
  const frame = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data));
  if (frame.event !== undefined) return { kind: 'told', event: frame.event, message: frame.message };
  if (frame.type !== 'err') return received(frame);
  if (frame.address === undefined) return { kind: 'refused', word: frame.body };
  return { kind: 'failed', address: frame.address, failure: failureOf(frame) };
}

function received({ address, body, headers }) {
  const message = { kind: 'received', address, body };
  return headers?.position === undefined ? message : { ...message, position: +headers.position };
}

function failureOf({ failureCode, failureType, message, body }) {
  if (failureType === 'TIMEOUT') return new Failure(408, 'timeout');
  if (failureType === 'NO_HANDLERS') return new Failure(503, 'unavailable');
  if (failureType === undefined) return new Failure(body === 'access_denied' ? 403 : 400, body);
  return new Failure(failureCode, message);
}
