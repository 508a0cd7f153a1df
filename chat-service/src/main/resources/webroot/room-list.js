import { arrange, element } from '/rollcall/page/dom.js';
import { recall, remember } from '/rollcall/page/memory.js';
import { shown, visited } from './room-name.js';

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
    const { rooms } = await bus.send('chat.rooms.list', {});
    this.#listed = rooms.map(({ room }) => room);
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
