import { delayMillis } from '/rollcall/backoff.js';
import { arrange, element, setText } from '/rollcall/page/dom.js';
import { newClientId } from './client-id.js';

const WHY = {
  disconnected: 'The connection was lost.',
  timeout: 'The server did not answer.',
  unavailable: 'The server cannot store messages now.',
};

/**
 * What was written and is not known to be stored. It stays under its client id, so that sending
 * it again stores it once. Once stored it comes to the writer as to everybody, by the room's topic.
 *
 * One is sent at a time, in the order in which they were written. Where the server can't store now,
 * or nobody knows whether it did, all wait, and are sent again by themselves: after a pause that
 * grows, or when the connection is back. One that is refused is passed over.
 */
export class Outbox {
  #bus;
  #list;
  #room = null;
  #items = [];
  #sending = false;
  /** Why all wait, or null. */
  #trouble = null;
  #timer = null;
  #attempt = 0;

  constructor(bus, list) {
    this.#bus = bus;
    this.#list = list;
    bus.onState(({ name }) => name === 'live' && this.#connected());
  }

  post(room, text) {
    const item = { room, text, client_id: newClientId(), refused: false };
    item.node = this.#newNode(item);
    this.#items.push(item);
    this.#report(item, this.#trouble);
    this.#sendAll();
  }

  show(room) {
    this.#room = room;
    this.#render();
  }

  clear() {
    this.#items = [];
    this.#resume();
    this.#render();
  }

  async #sendAll() {
    if (this.#sending) return;
    this.#sending = true;
    for (let item; !this.#trouble && (item = this.#waiting()[0]); ) await this.#send(item);
    this.#sending = false;
  }

  #waiting() {
    return this.#items.filter(({ refused }) => !refused);
  }

  async #send(item) {
    this.#report(item, null);
    const { room, text, client_id } = item;
    try {
      await this.#bus.send('chat.messages.post', { room, text, client_id });
      this.#attempt = 0;
      this.#discard(item);
    } catch (failure) {
      this.#failed(item, failure);
    }
  }

  #failed(item, failure) {
    if (!this.#items.includes(item)) return; // It was discarded meanwhile.
    item.refused = !isPassing(failure);
    if (item.refused) return this.#report(item, failure);
    this.#trouble = failure;
    for (const each of this.#waiting()) this.#report(each, failure);
    // Without a connection there is no use in it before there is one.
    if (failure.message === 'disconnected') return;
    this.#timer = setTimeout(() => this.#resume(), delayMillis(this.#attempt++));
  }

  #resume() {
    clearTimeout(this.#timer);
    this.#trouble = null;
    this.#sendAll();
  }

  /** Of what was refused for reasons of the server's own, another node may take it. */
  #connected() {
    this.#attempt = 0;
    for (const item of this.#items) if (item.failure?.code === 503) item.refused = false;
    this.#resume();
  }

  #report(item, failure) {
    item.failure = failure;
    item.node.classList.toggle('failed', failure !== null);
    const why = failure && (WHY[failure.message] ?? `The server refused it: ${failure.message}.`);
    setText(item.node.querySelector('.why'), why ? `Not sent. ${why}` : 'Sending…');
    this.#render();
  }

  #discard(item) {
    this.#items = this.#items.filter(other => other !== item);
    this.#render();
  }

  #render() {
    const here = this.#items.filter(({ room }) => room === this.#room);
    arrange(
      this.#list,
      here.map(({ node }) => node),
    );
  }

  #newNode(item) {
    const again = element('button', { type: 'button', class: 'quiet' }, 'Send again');
    const discard = element('button', { type: 'button', class: 'quiet' }, 'Discard');
    again.onclick = () => {
      item.refused = false;
      this.#report(item, null);
      this.#resume();
    };
    discard.onclick = () => this.#discard(item);
    const text = element('p', { class: 'text', dir: 'auto' }, item.text);
    const state = element(
      'p',
      { class: 'state' },
      element('span', { class: 'why' }),
      again,
      discard,
    );
    return element('li', { class: 'unsent' }, text, state);
  }
}

/** Tells whether the same may be taken later; `disconnected` and 408 may have been taken already. */
function isPassing({ code, message }) {
  return code === 408 || (code === 503 && (message === 'unavailable' || message === 'disconnected'));
}
