import { element } from '/rollcall/page/dom.js';
import { isSilent, nameOf } from './words.js';

const MOST_DONE = 5;
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const byId = id => document.getElementById(id);

/** Kicks and drains, each after a question. */
export class Actions {
  #mode = 'off';
  #report;
  #whenDone = () => {};

  constructor() {
    byId('kick-form').addEventListener('submit', event => {
      event.preventDefault();
      this.#kick(byId('kick-user').value.trim());
    });
    byId('token-form').addEventListener('submit', event => event.preventDefault());
  }

  onDone(listener) {
    this.#whenDone = listener;
  }

  show(report) {
    this.#report = report;
    this.#mode = report.actions;
    byId('actions-off').hidden = this.#mode !== 'off';
    byId('token-form').hidden = this.#mode !== 'token';
    byId('kick-form').hidden = this.#mode === 'off';
  }

  /** Returns the button, if there is something that it can do. */
  drainButton(node) {
    if (this.#mode === 'off' || isSilent(node) || node.state === 'draining') return [];
    const label = `Drain ${nameOf(node)}`;
    const attributes = { type: 'button', class: 'quiet', 'aria-label': label };
    const button = element('button', attributes, 'Drain…');
    button.addEventListener('click', () => this.#drain(node));
    return [button];
  }

  async #kick(user) {
    if (!user) return;
    const text =
      'All their connections end, on every node, and tokens issued until now are refused.';
    if (!(await ask(`Kick ${user}?`, text, 'Kick'))) return;
    const answer = await this.#post('/operator/kick', { user });
    if (!answer) return;
    byId('kick-user').value = '';
    this.#did(
      answer.heard_by_all
        ? `${user} is kicked: every node has heard of it.`
        : `${user} is kicked, but ${answer.detail}; they are told when they are reached.`,
    );
  }

  async #drain(node) {
    const others = this.#othersOf(node);
    const beside = others
      ? `Ready beside it: ${others}.`
      : `No other node of ${node.service} is known to be ready: the service will be away.`;
    const text =
      'Its clients are sent elsewhere, and its process ends. Kubernetes starts it anew; ' +
      `elsewhere it stays away. ${beside}`;
    const yes = others ? 'Drain' : 'Drain all the same';
    if (!(await ask(`Drain ${nameOf(node)}?`, text, yes))) return;
    const force = others === 0;
    const answer = await this.#post(`/operator/nodes/${node.node}/drain`, { force });
    if (answer) this.#did(`${nameOf(node)} drains.`);
  }

  #othersOf({ node, service }) {
    const isOther = other => other.service === service && other.node !== node;
    return this.#report.nodes.filter(other => isOther(other) && other.state === 'ready').length;
  }

  /** Returns the answer, or nothing when it was refused, which is told. */
  async #post(path, body) {
    const headers = { 'Content-Type': 'application/json' };
    if (this.#mode === 'token') headers.Authorization = `Bearer ${byId('token').value}`;
    try {
      const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
      const answer = await response.json();
      if (response.ok) return answer;
      this.#did(`Refused: ${answer.detail} (${answer.code}).`, 'bad');
    } catch (failure) {
      this.#did(`It is not known whether that was done: ${failure.message}.`, 'bad');
    }
    return undefined;
  }

  #did(text, level = 'good') {
    const line = element('li', { 'data-level': level }, `${TIME.format(new Date())} ${text}`);
    byId('done').prepend(line);
    while (byId('done').children.length > MOST_DONE) byId('done').lastElementChild.remove();
    this.#whenDone();
  }
}

/** Resolves to whether the answer was yes. */
function ask(title, text, yes) {
  byId('ask-title').textContent = title;
  byId('ask-text').textContent = text;
  byId('ask-yes').textContent = yes;
  const dialog = byId('ask');
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
