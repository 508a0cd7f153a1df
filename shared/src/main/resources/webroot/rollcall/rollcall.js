/*
 * Rollcall in the browser. Six lines show who is here and what is said:
 *
 *   import { connect, presence } from '/rollcall/rollcall.js';
 *
 *   const bus = connect();
 *   presence(bus, 'room:lobby', people => console.log(people.map(person => person.user)));
 *   bus.subscribe('room:lobby', ({ event, payload }) => console.log(event, payload));
 *   const message = { room: 'lobby', text: 'Hello', client_id: crypto.randomUUID() };
 *   await bus.send('chat.messages.post', message);
 *
 * The connection looks after itself: it pings, comes back after a cut or when its node leaves, and
 * registers again what was subscribed, so that nobody sees its user leave. What was broadcast in
 * between is sent where the topic's policy can replay it; otherwise ask for it, as the chat does: on
 * the client's own events `registered`, from when on nothing of the topic passes by, and `missed`.
 */
export { connect } from './connection.js';
export { presence } from './presence.js';
export { Failure } from './protocol.js';
