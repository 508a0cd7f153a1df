import { arrange, element, setText } from './dom.js';

const MOST_SHOWN = 200;
const TONES = 6;

/** A round badge with the first letter of a name, in a quiet colour that stays the name's own. */
export function avatar(name) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) % 9973;
  const initial = [...name.trim()][0]?.toUpperCase() ?? '·';
  return element(
    'span',
    { class: 'avatar', 'data-tone': hash % TONES, 'aria-hidden': 'true' },
    initial,
  );
}

/** Shows each person once, you first, with the number of their tabs when it is more than one. */
export class PeopleList {
  #list;
  #count;
  #items = new Map();

  constructor(list, count) {
    this.#list = list;
    this.#count = count;
  }

  show(people, me) {
    const rank = person => (person.user === me ? 0 : 1);
    const sorted = [...people].sort((a, b) => rank(a) - rank(b) || a.user.localeCompare(b.user));
    const shown = sorted.slice(0, MOST_SHOWN);
    const items = new Map(shown.map(person => [person.user, this.#item(person, me)]));
    const rest = people.length - shown.length;
    const more = rest > 0 ? [element('li', { class: 'more' }, `and ${rest} more`)] : [];
    arrange(this.#list, [...items.values(), ...more]);
    this.#items = items;
    setText(this.#count, String(people.length));
  }

  #item({ user, metas }, me) {
    const item = this.#items.get(user) ?? newItem(user, me);
    const tabs = metas.length;
    item.dataset.tabs = tabs;
    const badge = item.querySelector('.tabs');
    badge.hidden = tabs < 2;
    setText(badge, `${tabs} tabs`);
    return item;
  }
}

function newItem(user, me) {
  const name = element('span', { class: 'name', dir: 'auto' }, user);
  const you = user === me ? [element('span', { class: 'you' }, 'you')] : [];
  const badge = element('span', { class: 'tabs' });
  const attributes = { class: 'person', 'data-testid': 'person', 'data-user': user };
  return element('li', attributes, avatar(user), name, ...you, badge);
}
