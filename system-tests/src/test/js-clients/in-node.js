/** Runs one scenario in Node: `node in-node.js SCENARIO`, where SERVER, TOKEN and NAME say how. */
import { createRequire } from 'node:module';
import { env, argv, exit } from 'node:process';
import { clientOf } from './client.js';
import { scenarios } from './scenarios.js';

const require = createRequire(import.meta.url);
const EventBus = require('@vertx/eventbus-bridge-client.js');
// Node has a WebSocket of its own from 22 on; sockjs-client brings this one.
const WebSocket = globalThis.WebSocket ?? require('faye-websocket').Client;

// sockjs-client sends no headers of ours, but it keeps the query of its address.
const server = new URL(env.SERVER);
server.searchParams.set('access_token', env.TOKEN);

await scenarios[argv[2]](clientOf(EventBus, WebSocket, server, env.NAME));
exit(0);
