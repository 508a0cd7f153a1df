import { delayMillis } from './backoff.js';
import { PING, Failure, read, register, send, unregister } from './protocol.js';
import { pulse } from './pulse.js';
import { Topic } from './topic.js';

/** The bridge closes a socket that it has not heard for a while; this is well below. */
const PING_MILLIS = 5_000;
/** After this, a send fails with 408, and an attempt to connect is given up. */
const PATIENCE_MILLIS = 10_000;
/** A socket that lived this long was a good one: the next wait is a short one again. */
const STEADY_MILLIS = 5_000;
/** A register that fails so may succeed later. */
const PASSING = new Set([503, 429]);

/**
 * Connects to the bridge, by default the one of the page's own origin. `onRefused(word)` hears the
 * errors that the bridge ties to no request, such as `access_denied` for a topic. `renew()` is asked
 * for a new token (as a promise) a minute before the one at hand ends; who has signed in by a cookie
 * needs none.
 */
export function connect(options) {
  return new Connection(options);
}

/** Owns the socket and the timers; everything else in this folder is told. */
class Connection {
  #options;
  #state = { name: 'connecting' };
  #watchers = new Set();
  #topics = new Map();
  #requests = new Map();
  #requestCount = 0;
  #registrations = new Map();
  #socket = null;
  #startedAt = 0;
  #heardAt = 0;
  #attempt = 0;
  #retry = null;
  #stopPulse;
  #online = () => this.#retry && this.#open();

  constructor(options = {}) {
    this.#options = {
      url: options.url ?? new URL('/eventbus/websocket', location.href).href.replace(/^http/, 'ws'),
      me: options.me ?? '/me',
      renew: options.renew,
      onRefused: options.onRefused ?? (word => console.warn(`The bridge refused a frame: ${word}`)),
      WebSocket: options.WebSocket ?? globalThis.WebSocket,
      fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    };
    this.#stopPulse = pulse(PING_MILLIS, () => this.#beat());
    globalThis.addEventListener?.('online', this.#online);
    this.#open();
  }

  /** `{ name, why? }`; the names are `connecting`, `live`, `reconnecting` and `closed`. */
  get state() {
    return this.#state;
  }

  /** Tells the state now and whenever it changes. Returns what stops it. */
  onState(watcher) {
    const entry = { watcher };
    this.#watchers.add(entry);
    watcher(this.#state);
    return () => this.#watchers.delete(entry);
  }

  /**
   * Calls `handler({ topic, event, payload })` for each message, and for the client's own events
   * `registered` and `missed`, which tell when to load what is stored: see {@link Topic}. Returns
   * what unsubscribes.
   */
  subscribe(name, handler) {
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = new Topic(name);
      this.#topics.set(name, topic);
      if (this.#live) this.#register(name, topic);
    }
    const remove = topic.add(handler);
    return () => {
      if (!remove() || !topic.empty) return;
      this.#topics.delete(name);
      if (this.#live) this.#write(unregister(name));
    };
  }

  /**
   * Resolves with the reply's body, or rejects with a {@link Failure}. Waits for a connection that
   * is under way. After 503 `disconnected` or 408 nobody knows whether the request was carried out.
   */
  send(address, body) {
    if (this.#state.name === 'closed') return Promise.reject(new Failure(503, 'closed'));
    const replyAddress = `r${++this.#requestCount}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timedOut(replyAddress), PATIENCE_MILLIS);
      const frame = send(address, body, replyAddress);
      const request = { frame, resolve, reject, timer, sentAt: null };
      this.#requests.set(replyAddress, request);
      if (this.#live) this.#transmit(request);
    });
  }

  /** Closes for good. What waits for a reply fails with 503 `closed`. */
  close(why = 'closed') {
    if (this.#state.name === 'closed') return;
    this.#stopPulse();
    globalThis.removeEventListener?.('online', this.#online);
    this.#cancelRetry();
    this.#abandon();
    for (const replyAddress of [...this.#requests.keys()]) {
      this.#take(replyAddress).reject(new Failure(503, 'closed'));
    }
    this.#become('closed', why);
  }

  get #live() {
    return this.#state.name === 'live';
  }

  #open() {
    this.#cancelRetry();
    const socket = new this.#options.WebSocket(this.#options.url);
    // The bridge may send its JSON in binary frames.
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#received(read(data));
    socket.onclose = () => this.#lost();
    this.#socket = socket;
    this.#startedAt = Date.now();
  }

  #opened() {
    this.#startedAt = Date.now();
    // Registrations go out before whatever their subscribers ask for on hearing of `live`.
    for (const [name, topic] of this.#topics) this.#register(name, topic);
    for (const request of this.#requests.values()) this.#transmit(request);
    this.#become('live');
  }

  #register(name, topic, attempt = 0) {
    const replyAddress = `t${++this.#requestCount}`;
    this.#registrations.set(replyAddress, { name, topic, attempt });
    this.#write(register(name, replyAddress, topic.registering()));
  }

  #transmit(request) {
    request.sentAt = Date.now();
    this.#write(request.frame);
  }

  #write(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #received(message) {
    this.#heardAt = Date.now();
    if (message.kind === 'refused') return this.#options.onRefused(message.word);
    if (message.kind === 'told') return this.#told(message);
    if (this.#registrations.has(message.address)) return this.#registered(message);
    const request = this.#take(message.address);
    if (message.kind === 'failed') return this.#failed(request, message);
    if (request) return request.resolve(message.body);
    return this.#topics.get(message.address)?.deliver(message.body, message.position);
  }

  /** A topic's own address fails when the right to hear it was taken back. */
  #failed(request, { address, failure }) {
    if (request) request.reject(failure);
    else if (this.#topics.has(address)) this.#options.onRefused(failure.message);
  }

  #registered({ kind, address, body, failure }) {
    const { name, topic, attempt } = this.#registrations.get(address);
    this.#registrations.delete(address);
    if (kind !== 'failed') return topic.acknowledged(body);
    if (attempt === 0) this.#options.onRefused(failure.message);
    if (PASSING.has(failure.code)) this.#registerLater(name, topic, attempt);
  }

  /** Unless the topic was left meanwhile, or another connection has registered it. */
  #registerLater(name, topic, attempt) {
    const socket = this.#socket;
    const again = () => {
      if (this.#socket !== socket || this.#topics.get(name) !== topic) return;
      this.#register(name, topic, attempt + 1);
    };
    setTimeout(again, delayMillis(attempt));
  }

  #told({ event, message }) {
    if (event === 'reconnect') this.#moveAt(Date.now() + message.in_millis);
    if (event === 'token_expiring') this.#renew();
  }

  /** The node is about to leave: this browser goes when it is its turn, and comes to another. */
  #moveAt(at) {
    const socket = this.#socket;
    const move = () => {
      if (this.#socket !== socket) return;
      this.#attempt = 0;
      this.#lost(0);
    };
    setTimeout(move, Math.max(0, at - Date.now()));
  }

  async #renew() {
    if (!this.#options.renew) return;
    try {
      await this.send('rollcall.token', { token: await this.#options.renew() });
    } catch (failure) {
      this.#options.onRefused(failure.message);
    }
  }

  #beat() {
    const now = Date.now();
    if (this.#live) this.#write(PING);
    else if (this.#retry && now >= this.#retry.at) this.#open();
    else if (this.#socket && now - this.#startedAt >= PATIENCE_MILLIS) this.#lost();
  }

  /** The bridge answers no pings: a request without an answer on a silent socket tells instead. */
  #timedOut(replyAddress) {
    const request = this.#take(replyAddress);
    request.reject(new Failure(408, 'timeout'));
    const silent = request.sentAt !== null && this.#heardAt < request.sentAt;
    if (this.#live && silent && request.sentAt >= this.#startedAt) this.#lost();
  }

  async #lost(wait) {
    const wasLive = this.#live;
    if (wasLive && Date.now() - this.#startedAt >= STEADY_MILLIS) this.#attempt = 0;
    this.#abandon();
    this.#become('reconnecting');
    this.#failSent();
    if (!wasLive && (await this.#signedOut())) this.close('signed_out');
    if (this.#state.name === 'closed') return;
    const delay = wait ?? delayMillis(this.#attempt++);
    this.#retry = { at: Date.now() + delay, timer: setTimeout(() => this.#open(), delay) };
  }

  /** A WebSocket does not say with which status it was refused. */
  async #signedOut() {
    try {
      const signal = AbortSignal.timeout(PATIENCE_MILLIS);
      const response = await this.#options.fetch(this.#options.me, { cache: 'no-store', signal });
      return response.status === 401;
    } catch {
      return false; // Nobody answers: away is not signed out.
    }
  }

  #failSent() {
    for (const [replyAddress, { sentAt }] of [...this.#requests]) {
      if (sentAt !== null) this.#take(replyAddress).reject(new Failure(503, 'disconnected'));
    }
  }

  /** The request that waits at this address, which it then no longer does. */
  #take(replyAddress) {
    const request = this.#requests.get(replyAddress);
    this.#requests.delete(replyAddress);
    clearTimeout(request?.timer);
    return request;
  }

  #abandon() {
    const socket = this.#socket;
    this.#socket = null;
    this.#registrations.clear();
    for (const topic of this.#topics.values()) topic.lost();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #cancelRetry() {
    clearTimeout(this.#retry?.timer);
    this.#retry = null;
  }

  #become(name, why) {
    if (name === this.#state.name) return;
    this.#state = why ? { name, why } : { name };
    for (const { watcher } of [...this.#watchers]) watcher(this.#state);
  }
}
