import { announcer } from '/rollcall/page/announce.js';
import { byTestId, setText } from '/rollcall/page/dom.js';
import { flash, run } from '/rollcall/page/frame.js';
import { PeopleList } from '/rollcall/page/people.js';
import { startComposer } from './composer.js';
import { MessageList } from './message-list.js';
import { Outbox } from './outbox.js';
import { Room } from './room.js';
import { RoomList } from './room-list.js';
import { roomName, roomOfHash } from './room-name.js';
import { Typists, sparingly, typingText } from './typing.js';

const byId = id => document.getElementById(id);
const announce = announcer(count => `${count} new messages`);
const people = new PeopleList(byTestId('people'), byId('people-count'));
const messages = new MessageList(byId('scroller'), byTestId('messages'), byId('newest'));
const rooms = new RoomList(byId('rooms'));
const typists = new Typists(users => setText(byId('typing'), typingText(users)));
const enterRoom = byId('enter-room');

run(openChat);

function openChat(bus, user) {
  const outbox = new Outbox(bus, byId('outbox'));
  let room = null;
  const enter = () => {
    const name = roomOfHash(location.hash);
    if (room?.name === name) return;
    room?.leave();
    showRoom(name);
    outbox.show(name);
    room = new Room(bus, name, viewFor(user));
    rooms.load(bus).catch(() => {}); // Those visited are there, and the others the next time.
  };
  const post = text => {
    outbox.post(room.name, text);
    messages.toEnd();
  };
  // Nobody misses it where it can't be said.
  const type = () => bus.send('chat.typing', { room: room.name }).catch(() => {});
  startComposer(byId('composer'), post, sparingly(type));
  byId('earlier').onclick = () =>
    room.loadEarlier().catch(failure => flash(earlierTrouble(failure)));
  window.onhashchange = enter;
  document.onvisibilitychange = () => !document.hidden && showTitle(room.name, 0);
  enter();
  return () => {
    window.onhashchange = document.onvisibilitychange = null;
    room.leave();
    outbox.clear();
  };
}

function viewFor(user) {
  let unseen = 0;
  return {
    messages({ messages: all, more }) {
      byId('earlier').hidden = !more;
      byId('silence').hidden = all.length > 0;
      messages.show(all, user);
    },
    people: present => people.show(present, user),
    atEnd: () => messages.atEnd,
    typing: typist => typist !== user && typists.heard(typist),
    said(message) {
      typists.stopped(message.user);
      if (message.user === user) return;
      announce(`${message.user}: ${message.text}`);
      unseen = document.hidden ? unseen + 1 : 0;
      showTitle(message.room, unseen);
    },
    trouble: failure =>
      setText(byId('trouble'), failure ? 'Messages cannot be loaded now. Trying again…' : ''),
  };
}

const earlierTrouble = ({ message }) => `Earlier messages cannot be loaded now (${message}).`;

function showRoom(name) {
  rooms.enter(name);
  typists.clear();
  setText(byId('room-title'), `# ${name}`);
  setText(byId('trouble'), '');
  byTestId('message-input').placeholder = `Message #${name}`;
  byId('earlier').hidden = byId('silence').hidden = true;
  messages.show([]);
  people.show([]);
  showTitle(name, 0);
}

function showTitle(room, unseen) {
  document.title = `${unseen > 0 ? `(${unseen}) ` : ''}#${room} · Rollcall`;
}

enterRoom.onsubmit = event => {
  event.preventDefault();
  const input = byTestId('room-input');
  const name = roomName(input.value);
  setText(byId('room-trouble'), name ? '' : 'A room’s name is a-z, 0-9 and -, at most 32.');
  if (!name) return;
  location.hash = name;
  input.value = '';
  byTestId('message-input').focus();
};
