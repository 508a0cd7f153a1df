import { arrange, element, setText } from '/rollcall/page/dom.js';
import { avatar } from '/rollcall/page/people.js';
import { layout } from './timeline.js';

const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const TIME = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const NEAR_END_PIXELS = 80;

/** Shows the messages, and stays at the newest one unless the reader has scrolled away from it. */
export class MessageList {
  #scroller;
  #list;
  #newest;
  #items = new Map();
  #newestId = 0;

  constructor(scroller, list, newest) {
    this.#scroller = scroller;
    this.#list = list;
    this.#newest = newest;
    newest.onclick = () => this.toEnd();
    let wasAtEnd = true;
    scroller.onscroll = () => {
      wasAtEnd = this.atEnd;
      if (wasAtEnd) newest.hidden = true;
    };
    // A keyboard that opens, or a draft that grows, must not hide the newest message.
    const resized = new ResizeObserver(() => wasAtEnd && this.toEnd());
    for (const node of [scroller, ...scroller.children]) resized.observe(node);
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS;
  }

  toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#newest.hidden = true;
  }

  show(messages, me) {
    const stay = this.atEnd;
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    const oldestId = this.#items.keys().next().value;
    const items = new Map(layout(messages).map(entry => [entry.message.id, this.#item(entry, me)]));
    arrange(this.#list, [...items.values()]);
    this.#items = items;
    const newestId = messages.at(-1)?.id ?? 0;
    if (stay) this.toEnd();
    else if (newestId > this.#newestId) this.#newest.hidden = false;
    else if (messages[0]?.id < oldestId)
      this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd;
    this.#newestId = newestId;
  }

  #item({ message, newDay, goesOn }, me) {
    const item = this.#items.get(message.id) ?? newItem(message, me);
    item.classList.toggle('goes-on', goesOn);
    const day = item.querySelector('.day');
    day.hidden = !newDay;
    if (newDay) setText(day, DAY.format(new Date(message.sent_at)));
    showWhatItSays(item, message);
    return item;
  }
}

/** A message may have been edited or deleted since it was shown. */
function showWhatItSays(item, { text, edited_at, deleted_at }) {
  setText(item.querySelector('.text'), text ?? '');
  setText(item.querySelector('.note'), deleted_at ? 'deleted' : edited_at ? 'edited' : '');
}

function newItem({ user, sent_at }, me) {
  const author = { class: 'author', dir: 'auto', 'data-testid': 'message-author' };
  const time = element('time', { datetime: sent_at }, TIME.format(new Date(sent_at)));
  return element(
    'li',
    { class: user === me ? 'message own' : 'message', 'data-testid': 'message' },
    element('p', { class: 'day' }),
    avatar(user),
    element('p', { class: 'by' }, element('span', author, user), time),
    element('p', { class: 'text', dir: 'auto', 'data-testid': 'message-text' }),
    element('p', { class: 'note', 'data-testid': 'message-note' }),
  );
}
