/** Lets a test run scenarios in this page; who is signed in is in the cookie. */
import { clientOf } from './client.js';
import { scenarios } from './scenarios.js';

window.run = (scenario, user) =>
  scenarios[scenario](clientOf(window.EventBus, WebSocket, new URL(location.origin), user));
