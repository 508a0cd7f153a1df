import { presence } from '/rollcall/rollcall.js';
import { oldestFirst } from '/rollcall/merge.js';
import { catchUp } from '/rollcall/page/catch-up.js';
import { EMPTY, has, withChange, withEarlier, withLatest, withLive } from './timeline.js';

/** A visit to a room: its messages and people, from entering it until `leave`. */
export class Room {
  #bus;
  #name;
  #view;
  #topic;
  #timeline = EMPTY;
  /** Messages from before some were missed: nobody tells of them any more. */
  #doubtful = [];
  #stops;
  #stopLoading;

  /**
   * The view shows `messages(timeline)`, `people(people)`, `said(message)`, `typing(user)` and
   * `trouble(failure)`.
   */
  constructor(bus, name, view) {
    this.#bus = bus;
    this.#name = name;
    this.#view = view;
    this.#topic = `room:${name}`;
    this.#stops = [
      bus.subscribe(this.#topic, message => this.#heard(message)),
      presence(bus, this.#topic, people => view.people(people)),
    ];
    this.#stopLoading = catchUp(
      bus,
      this.#topic,
      () => this.#loadLatest(),
      failure => view.trouble(failure),
    );
  }

  get name() {
    return this.#name;
  }

  leave() {
    this.#stops.forEach(stop => stop());
    this.#stopLoading();
    this.#stops = null;
  }

  async loadEarlier() {
    const before = this.#timeline.messages[0]?.number;
    const page = await this.#bus.send('chat.messages.list', { room: this.#name, before });
    this.#become(withEarlier(this.#timeline, page));
  }

  async #loadLatest() {
    const page = await this.#bus.send('chat.messages.list', { room: this.#name });
    this.#doubtful = [];
    this.#become(withLatest(this.#timeline, page));
  }

  #heard({ event, payload }) {
    if (event === 'new_message') this.#said(payload);
    else if (event === 'message_edited' || event === 'message_deleted')
      this.#become(withChange(this.#timeline, payload));
    else if (event === 'typing') this.#view.typing(payload.user);
    else if (event === 'missed') this.#missed();
  }

  /** What is shown stays until it is loaded anew. */
  #missed() {
    this.#doubtful = this.#shown().messages;
    this.#timeline = EMPTY;
  }

  #shown() {
    const messages = oldestFirst(this.#doubtful, this.#timeline.messages);
    return { ...this.#timeline, messages };
  }

  /** What was announced may come again. */
  #said(message) {
    const isNew = !has(this.#timeline, message.id);
    this.#become(withLive(this.#timeline, message, this.#view.atEnd()));
    if (isNew) this.#view.said(message);
  }

  #become(timeline) {
    if (!this.#stops) return; // An answer that came after leaving.
    const same = timeline.messages === this.#timeline.messages;
    this.#timeline = timeline;
    if (!same) this.#view.messages(this.#shown());
  }
}
