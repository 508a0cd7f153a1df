/**
 * How scenarios connect.
 *
 * @param {Function} EventBus the official client, as its package exports it
 * @param {Function} WebSocket the runtime's own, or one of its interface
 * @param {URL} server where the bridge is; its query goes along with every request
 * @param {string} user who is signed in
 */
export function clientOf(EventBus, WebSocket, server, user) {
  const bridge = new URL('/eventbus', server);
  bridge.search = server.search;

  return {
    user,

    open(options = {}) {
      return new Promise((resolve, reject) => {
        const bus = new EventBus(bridge.href, options);
        bus.onopen = () => resolve(bus);
        bus.onclose = (event) => reject(new Error(`closed: ${event.code} ${event.reason}`));
      });
    },

    webSocket() {
      const address = new URL('/eventbus/websocket', server);
      address.protocol = 'ws:';
      address.search = server.search;
      return new WebSocket(address.href);
    },
  };
}
