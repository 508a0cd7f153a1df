import { arrange, element } from '/rollcall/page/dom.js';
import { recall, remember } from '/rollcall/page/memory.js';
import { shown, visited } from './room-name.js';

/** As many as one answer may have. */
const PAGE = 100;
/** Who looks for a room among more than these writes its name. */
const MOST_PAGES = 20;

/** Shows the rooms that were visited, then the others that there are. */
export class RoomList {
  #list;
  #current;
  #listed = [];

  constructor(list) {
    this.#list = list;
  }

  enter(room) {
    this.#current = room;
    remember('rooms', visited(recall('rooms', []), room));
    this.#render();
  }

  async load(bus) {
    this.#listed = await allRooms(bus);
    this.#render();
  }

  #render() {
    const rooms = shown(visited(recall('rooms', []), this.#current), this.#listed);
    arrange(
      this.#list,
      rooms.map(room => roomLink(room, this.#current)),
    );
  }
}

/** The rooms by name, page after page. */
async function allRooms(bus) {
  const names = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const after = names.at(-1);
    const { rooms, more } = await bus.send('chat.rooms.list', { after, limit: PAGE });
    names.push(...rooms.map(({ room }) => room));
    if (!more || rooms.length === 0) break;
  }
  return names;
}

function roomLink(room, current) {
  const link = element(
    'a',
    { href: `#${room}` },
    element('span', { 'aria-hidden': 'true' }, '# '),
    room,
  );
  if (room === current) link.setAttribute('aria-current', 'page');
  return element('li', {}, link);
}
