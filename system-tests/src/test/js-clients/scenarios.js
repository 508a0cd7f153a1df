/**
 * What a page or a program does with the bridge by a client that it did not write. Each scenario is
 * given a `client` to connect with, the same in Node and in a browser, and throws when something is
 * not as it should be.
 */

/** A round trip by each way that sockjs-client has where WebSockets do not get through. */
const FALLBACKS = ['xhr-streaming', 'eventsource', 'xhr-polling'];

export const scenarios = {
  async aHandlerHearsWhatIsBroadcastUntilItIsUnregistered(client) {
    const bus = await client.open();
    const heard = inbox();
    bus.registerHandler('room:heard', heard.handler);
    await ask(bus, 'say', { topic: 'room:heard', text: 'hi "Ana" 漢 😀' });
    const { type, address, body } = await heard.next();
    equal(type, 'rec');
    equal(address, 'room:heard');
    equal(body, { event: 'said', payload: { text: 'hi "Ana" 漢 😀' } });

    bus.unregisterHandler('room:heard', heard.handler);
    await ask(bus, 'say', { topic: 'room:heard', text: 'too late' });
    await ask(bus, 'echo', null);
    equal(heard.waiting(), 0);
  },

  async twoHandlersOfOneAddressBothHear(client) {
    const bus = await client.open();
    const [first, second] = [inbox(), inbox()];
    bus.registerHandler('room:two', first.handler);
    bus.registerHandler('room:two', second.handler);
    await ask(bus, 'say', { topic: 'room:two', text: 'to both' });
    equal((await first.next()).body.payload.text, 'to both');
    equal((await second.next()).body.payload.text, 'to both');
  },

  async aSendIsAnswered(client) {
    const bus = await client.open();
    for (const body of [{ a: [1, null, { b: true }] }, [1, 'two'], 'text', 7, 2.5, false, null]) {
      equal((await ask(bus, 'echo', body)).body, body);
    }
  },

  async headersGoAlongBothWays(client) {
    const bus = await client.open();
    equal((await ask(bus, 'echo', 1, { lang: 'pt' })).headers, { lang: 'pt' });
    bus.defaultHeaders = { lang: 'fi' };
    equal((await ask(bus, 'echo', 1)).headers, { lang: 'fi' });
    equal((await ask(bus, 'echo', 1, { lang: 'pt' })).headers, { lang: 'pt' });
  },

  async theUserIsWhoSignedInWhateverAHeaderSays(client) {
    const bus = await client.open();
    equal((await ask(bus, 'whoami', null, { user: 'root' })).body, client.user);
  },

  async whatAServiceFailsWithReachesTheCallback(client) {
    const bus = await client.open();
    equal(await failure(bus, 'refuse'), {
      failureCode: 409,
      failureType: 'RECIPIENT_FAILURE',
      message: 'not_now',
    });
    equal((await failure(bus, 'nobody')).failureType, 'NO_HANDLERS');
  },

  async aRefusalReachesOnError(client) {
    const bus = await client.open();
    const errors = inbox();
    bus.onerror = (error) => errors.handler(null, error);
    bus.registerHandler('secret', () => {});
    equal(await errors.next(), { type: 'err', body: 'access_denied' });
    bus.send('secret', {});
    equal(await errors.next(), { type: 'err', body: 'access_denied' });
    bus.publish('room:heard', {});
    equal(await errors.next(), { type: 'err', body: 'access_denied' });
    bus.registerHandler('room:' + 'x'.repeat(1000), () => {});
    equal(await errors.next(), { type: 'err', body: 'max_address_length_reached' });
    equal((await ask(bus, 'echo', 'alive')).body, 'alive');
  },

  async aPublishReachesItsService(client) {
    const bus = await client.open();
    const heard = inbox();
    bus.registerHandler('room:news', heard.handler);
    bus.publish('news', { text: 'fresh' }, { lang: 'pt' });
    equal((await heard.next()).body, { event: 'news', payload: { text: 'fresh', lang: 'pt' } });
  },

  async aServiceMayAskBack(client) {
    const bus = await client.open();
    const question = await ask(bus, 'dialogue', 'let me in');
    equal(question.body, 'who are you?');
    const welcome = await new Promise((resolve, reject) => {
      question.reply('Ana', {}, (error, message) => (error ? reject(error) : resolve(message)));
    });
    equal(welcome.body, 'hello Ana');
  },

  async pingsAreNotAnswered(client) {
    const bus = await client.open({ vertxbus_ping_interval: 10 });
    const unhandled = [];
    bus.onunhandled = (frame) => unhandled.push(frame);
    for (let turn = 0; turn < 20; turn++) {
      await ask(bus, 'echo', turn);
    }
    equal(unhandled, []);
  },

  async aConnectionThatTheServerEndedIsMadeAnew(client) {
    const bus = await client.open({
      vertxbus_reconnect_delay_min: 50,
      vertxbus_reconnect_delay_max: 200,
    });
    bus.enableReconnect(true);
    const closed = new Promise((resolve) => (bus.onclose = resolve));
    const heard = inbox();
    const back = new Promise((resolve) => {
      bus.onreconnect = () => {
        bus.registerHandler('room:back', heard.handler);
        resolve();
      };
    });
    bus.send('restart', {});
    await closed;
    await back;
    await ask(bus, 'say', { topic: 'room:back', text: 'as before' });
    equal((await heard.next()).body.payload.text, 'as before');
  },

  async aConnectionThatItsPageClosesStaysClosed(client) {
    const bus = await client.open();
    const closed = new Promise((resolve) => (bus.onclose = resolve));
    bus.enableReconnect(true);
    bus.close();
    equal((await closed).code, 1000);
    equal(bus.state, 3);
  },

  async everyFallbackCarriesTheSameFrames(client) {
    for (const transport of FALLBACKS) {
      const bus = await client.open({ transports: [transport] });
      equal(bus.sockJSConn.transport, transport);
      const heard = inbox();
      bus.registerHandler('room:' + transport, heard.handler);
      await ask(bus, 'say', { topic: 'room:' + transport, text: 'slowly' });
      equal((await heard.next()).body.payload.text, 'slowly');
      bus.close();
    }
  },

  async aPlainWebSocketSpeaksTheProtocolToo(client) {
    const socket = client.webSocket();
    const heard = inbox();
    socket.onmessage = (event) => heard.handler(null, JSON.parse(event.data));
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = (event) => reject(new Error(event.message ?? 'no connection'));
    });
    const say = (frame) => socket.send(JSON.stringify(frame));
    say({ type: 'register', address: 'room:plain' });
    say({ type: 'send', address: 'echo', body: 'hi', replyAddress: 'r1' });
    equal(await heard.next(), { type: 'rec', address: 'r1', body: 'hi' });
    say({ type: 'send', address: 'say', body: { topic: 'room:plain', text: 'there' } });
    equal(await heard.next(), {
      type: 'rec',
      address: 'room:plain',
      body: { event: 'said', payload: { text: 'there' } },
    });
    say({ type: 'dance', address: 'room:plain' });
    equal(await heard.next(), { type: 'err', body: 'invalid_type' });
    socket.close();
  },
};

/** Takes what handlers are called with, and hands it out one after the other. */
function inbox() {
  const arrived = [];
  let waiter = null;
  return {
    handler(error, message) {
      arrived.push(error ?? message);
      waiter?.();
    },
    async next() {
      if (arrived.length === 0) {
        await new Promise((resolve) => (waiter = resolve));
      }
      return arrived.shift();
    },
    waiting: () => arrived.length,
  };
}

function ask(bus, address, body, headers = {}) {
  return new Promise((resolve, reject) => {
    bus.send(address, body, headers, (error, message) => {
      if (error) {
        reject(new Error(`${address}: ${JSON.stringify(error)}`));
      } else {
        resolve(message);
      }
    });
  });
}

function failure(bus, address) {
  return new Promise((resolve, reject) => {
    bus.send(address, {}, (error) => (error ? resolve(error) : reject(new Error('no failure'))));
  });
}

function equal(actual, expected) {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(sorted(value)));
  if (is !== should) {
    throw new Error(`expected ${should}, but it was ${is}`);
  }
}

/** The order of an object's fields means nothing. */
function sorted(value) {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((name) => [name, sorted(value[name])]),
    );
  }
  return value;
}
