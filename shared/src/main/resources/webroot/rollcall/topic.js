import { syncDiff, syncState } from './presence.js';

/**
 * One topic as this browser follows it: its subscribers, and the people present.
 *
 * Every subscriber hears `presence_state` before the first `presence_diff`. The bridge promises
 * that to the registration only, so one who subscribes later hears the state as it is by then. A
 * diff that comes before the state belongs to an earlier registration and is dropped: applied on
 * top, it could bring back somebody who has left.
 *
 * Stored messages have a position, and come in order. Where some can't be had, or did not come,
 * every subscriber hears `missed` before what follows: what it shows may have a gap, so it had
 * better load it anew.
 */
export class Topic {
  #name;
  #subscribers = new Set();
  #people = new Map();
  #current = false;
  #acknowledged = false;
  #ref;
  #position;

  constructor(name) {
    this.#name = name;
  }

  get empty() {
    return this.#subscribers.size === 0;
  }

  /** Subscribing the same handler twice delivers twice. */
  add(handler) {
    const subscriber = { handler };
    this.#subscribers.add(subscriber);
    if (this.#current) queueMicrotask(() => this.#catchUp(subscriber));
    return () => this.#subscribers.delete(subscriber);
  }

  /** A new registration begins: the state follows. Returns what this browser had, as headers. */
  registered() {
    this.#current = false;
    this.#acknowledged = false;
    const headers = {};
    if (this.#ref !== undefined) headers.phx_ref = this.#ref;
    if (this.#position !== undefined) headers.position = String(this.#position);
    return headers;
  }

  /** The bridge follows the topic, and has sent what was missed, unless that was too much. */
  acknowledged({ phx_ref: ref, position, complete }) {
    this.#acknowledged = true;
    if (ref !== undefined) this.#ref = ref;
    if (position !== undefined) this.#reach(position);
    if (complete === false) this.#missed();
  }

  /** A message about presence also carries `people`, the Map that it leads to. */
  deliver({ event, payload }, position) {
    if (event === 'replay_incomplete') {
      this.#reach(payload.position);
      return this.#missed();
    }
    const message = { topic: this.#name, event, payload };
    if (position !== undefined) {
      message.position = position;
      // Until it is acknowledged the bridge itself says whether all was sent.
      const gap = this.#acknowledged && position > this.#position + 1;
      this.#reach(position);
      if (gap) this.#missed();
    }
    if (event === 'presence_state') {
      this.#people = syncState(this.#people, payload);
      this.#current = true;
      message.people = this.#people;
    } else if (event === 'presence_diff') {
      if (!this.#current) return;
      this.#people = syncDiff(this.#people, payload);
      message.people = this.#people;
    }
    this.#tell(message);
  }

  #reach(position) {
    this.#position = Math.max(position, this.#position ?? 0);
  }

  #missed() {
    this.#tell({ topic: this.#name, event: 'missed', payload: {} });
  }

  #tell(message) {
    for (const subscriber of [...this.#subscribers]) this.#call(subscriber, message);
  }

  #catchUp(subscriber) {
    const payload = Object.fromEntries(this.#people);
    const event = 'presence_state';
    this.#call(subscriber, { topic: this.#name, event, payload, people: this.#people });
  }

  /** One subscriber's error is reported, and the others still hear. */
  #call(subscriber, message) {
    if (!this.#subscribers.has(subscriber)) return;
    try {
      subscriber.handler(message);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
