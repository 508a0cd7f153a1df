import { delayMillis } from '../backoff.js';

/** Without a replica no `presence_state` comes; then this long after registering is late enough. */
const REGISTERED_MILLIS = 1_000;

/**
 * Runs `load` once after each connection, when `topic` is registered, so that nothing falls between
 * what it fetches and what comes live, and again where some of the topic `stored` was missed. The
 * bridge does not acknowledge a registration; its `presence_state` does. Repeats a failed load after
 * a while; `onTrouble(failure)` hears of it, and `onTrouble(null)` when it is over. Returns what
 * stops it.
 */
export function catchUp(bus, topic, load, onTrouble, stored = topic) {
  let timer = null;
  let waiting = false;
  let missed = false;
  let round = 0;

  const later = (millis, step) => {
    clearTimeout(timer);
    timer = setTimeout(step, millis);
  };
  const attempt = async (mine, count) => {
    try {
      await load();
      if (mine === round) onTrouble(null);
    } catch (failure) {
      if (mine !== round) return;
      onTrouble(failure);
      later(delayMillis(count), () => attempt(mine, count + 1));
    }
  };
  const begin = () => {
    clearTimeout(timer);
    waiting = false;
    missed = false;
    attempt(round, 0);
  };
  // All who follow the topic hear of it in the same instant: they spread out.
  const again = () => {
    missed = true;
    round++;
    later(delayMillis(0), begin);
  };

  const stops = [
    bus.subscribe(topic, ({ event }) => {
      if (waiting && event === 'presence_state') begin();
    }),
    bus.subscribe(stored, ({ event }) => {
      if (!waiting && !missed && event === 'missed') again();
    }),
  ];
  const watch = ({ name }) => {
    clearTimeout(timer);
    round++;
    waiting = name === 'live';
    if (waiting) later(REGISTERED_MILLIS, begin);
  };
  stops.push(bus.onState(watch));
  return () => {
    clearTimeout(timer);
    round++;
    stops.forEach(stop => stop());
  };
}
