import { presence } from '/rollcall/rollcall.js';
import { catchUp } from '/rollcall/page/catch-up.js';
import { EMPTY, withEarlier, withLatest, withLive } from './timeline.js';

/** A visit to a room: its messages and people, from entering it until `leave`. */
export class Room {
  #bus;
  #name;
  #view;
  #timeline = EMPTY;
  #stops;

  /** The view shows `messages(timeline)`, `people(people)`, `said(message)`, `trouble(failure)`. */
  constructor(bus, name, view) {
    this.#bus = bus;
    this.#name = name;
    this.#view = view;
    const topic = `room:${name}`;
    this.#stops = [
      bus.subscribe(topic, message => this.#heard(message)),
      presence(bus, topic, people => view.people(people)),
      catchUp(
        bus,
        topic,
        () => this.#loadLatest(),
        failure => view.trouble(failure),
      ),
    ];
  }

  get name() {
    return this.#name;
  }

  leave() {
    this.#stops.forEach(stop => stop());
    this.#stops = null;
  }

  async loadEarlier() {
    const before = this.#timeline.messages[0]?.id;
    const page = await this.#bus.send('chat.messages.list', { room: this.#name, before });
    this.#become(withEarlier(this.#timeline, page));
  }

  async #loadLatest() {
    const page = await this.#bus.send('chat.messages.list', { room: this.#name });
    this.#become(withLatest(this.#timeline, page));
  }

  #heard({ event, payload }) {
    if (event !== 'new_message') return;
    this.#become(withLive(this.#timeline, payload, this.#view.atEnd()));
    this.#view.said(payload);
  }

  #become(timeline) {
    if (!this.#stops) return; // An answer that came after leaving.
    this.#timeline = timeline;
    this.#view.messages(timeline);
  }
}
