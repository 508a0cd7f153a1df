/*
 * A bridge in memory for the tests of the connection: sockets open, speak and break when told to.
 */
import { mock } from 'node:test';
import { connect } from '../../main/resources/webroot/rollcall/connection.js';

export function world(t, { me = 200, renew } = {}) {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
  const it = { sockets: [], states: [], refused: [], me };
  class WebSocket {
    sent = [];
    constructor(url) {
      this.url = url;
      it.sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.closed = true;
    }
  }
  it.bus = connect({
    url: 'ws://localhost/eventbus/websocket',
    WebSocket,
    renew,
    fetch: async () => (it.me === null ? Promise.reject(new TypeError('away')) : { status: it.me }),
    onRefused: word => it.refused.push(word),
  });
  it.bus.onState(({ name, why }) => it.states.push(why ? `${name} ${why}` : name));
  it.socket = () => it.sockets.at(-1);
  it.open = () => it.socket().onopen();
  it.cut = async () => {
    it.socket().onclose();
    await settled();
  };
  it.tick = async millis => {
    mock.timers.tick(millis);
    await settled();
  };
  it.receive = frame => it.socket().onmessage({ data: JSON.stringify(frame) });
  it.sent = type => it.socket().sent.filter(frame => frame.type === type);
  it.acknowledge = (topic, body = {}) => {
    const { replyAddress } = it.sent('register').findLast(({ address }) => address === topic);
    it.receive({ type: 'rec', address: replyAddress, body });
  };
  t.after(() => {
    it.bus.close();
    mock.timers.reset();
  });
  return it;
}

/** Lets every promise that can settle do so. */
export const settled = () => new Promise(resolve => setImmediate(resolve));
