import { syncDiff, syncState } from './presence.js';

/**
 * One topic as this browser follows it: its subscribers, and the people present.
 *
 * Every subscriber hears `presence_state` before the first `presence_diff`. The bridge promises
 * that to the registration only, so one who subscribes later hears the state as it is by then. A
 * diff that comes before the state belongs to an earlier registration and is dropped: applied on
 * top, it could bring back somebody who has left.
 *
 * Two events are the client's own. `registered`: the bridge follows the topic, so what is loaded
 * from now on joins what comes live without a gap; what was loaded earlier may not. It is told after
 * each registration, and to one who subscribes later. `missed`: stored messages have a position, and
 * come in order; some can't be had, or did not come, so what is shown may have a gap before what
 * follows and had better be loaded anew. Where both are told, `missed` comes first. Their position,
 * if there is one, is that up to which the topic is known: what is loaded must go as far.
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
    if (this.#current || this.#acknowledged) queueMicrotask(() => this.#catchUp(subscriber));
    return () => this.#subscribers.delete(subscriber);
  }

  /** A new registration begins: the state follows. Returns what this browser had, as headers. */
  registering() {
    this.#current = false;
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
    if (complete === false) this.#tellOwn('missed');
    this.#tellOwn('registered');
  }

  /** The registration has ended with its connection. The people stay until there is another. */
  lost() {
    this.#acknowledged = false;
  }

  /** A message about presence also carries `people`, the Map that it leads to. */
  deliver({ event, payload }, position) {
    if (event === 'replay_incomplete') {
      this.#reach(payload.position);
      return this.#tellOwn('missed');
    }
    const message = { topic: this.#name, event, payload };
    if (position !== undefined) {
      message.position = position;
      // Until it is acknowledged the bridge itself says whether all was sent.
      const gap = this.#acknowledged && position > this.#position + 1;
      this.#reach(position);
      if (gap) this.#tellOwn('missed');
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

  #tellOwn(event) {
    this.#tell(this.#own(event));
  }

  #own(event) {
    const message = { topic: this.#name, event, payload: {} };
    if (this.#position !== undefined) message.position = this.#position;
    return message;
  }

  #tell(message) {
    for (const subscriber of [...this.#subscribers]) this.#call(subscriber, message);
  }

  #catchUp(subscriber) {
    if (this.#current) {
      const payload = Object.fromEntries(this.#people);
      const event = 'presence_state';
      this.#call(subscriber, { topic: this.#name, event, payload, people: this.#people });
    }
    if (this.#acknowledged) this.#call(subscriber, this.#own('registered'));
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
