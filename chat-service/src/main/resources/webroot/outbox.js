import { arrange, element, setText } from '/rollcall/page/dom.js';
import { newClientId } from './client-id.js';

const WHY = {
  disconnected: 'The connection was lost.',
  timeout: 'The server did not answer.',
  unavailable: 'The server cannot store messages now.',
};

/**
 * What was written and is not known to be stored. It stays under its client id, so that sending
 * it again stores it once, and is sent again by itself when the connection is back. Once stored it
 * comes to the writer as to everybody, by the room's topic.
 */
export class Outbox {
  #bus;
  #list;
  #room = null;
  #items = [];

  constructor(bus, list) {
    this.#bus = bus;
    this.#list = list;
    bus.onState(({ name }) => name === 'live' && this.#sendAgain());
  }

  post(room, text) {
    const item = { room, text, client_id: newClientId() };
    item.node = this.#newNode(item);
    this.#items.push(item);
    this.#send(item);
  }

  show(room) {
    this.#room = room;
    this.#render();
  }

  clear() {
    this.#items = [];
    this.#render();
  }

  async #send(item) {
    this.#report(item, null);
    const { room, text, client_id } = item;
    try {
      await this.#bus.send('chat.messages.post', { room, text, client_id });
      this.#discard(item);
    } catch (failure) {
      this.#report(item, failure);
    }
  }

  #sendAgain() {
    const unsure = this.#items.filter(
      ({ failure }) => failure?.code === 503 || failure?.code === 408,
    );
    unsure.forEach(item => this.#send(item));
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
    again.onclick = () => this.#send(item);
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
