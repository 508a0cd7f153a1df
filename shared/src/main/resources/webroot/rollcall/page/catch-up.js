import { delayMillis } from '../backoff.js';

/** A bridge answers a register within 8 s. One that has not by now is an older one, and never does. */
const UNANSWERED_MILLIS = 10_000;

/**
 * Runs `load` after each connection, once the bridge has said that `topic` is registered: what it
 * fetches joins what comes live without a gap only then. Runs it again where some of the topic was
 * missed. Repeats a failed load after a while; `onTrouble(failure)` hears of it, and
 * `onTrouble(null)` when it is over. Returns what stops it.
 */
export function catchUp(bus, topic, load, onTrouble) {
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
    attempt(++round, 0);
  };
  // All who follow the topic hear of it in the same instant: they spread out.
  const again = () => {
    missed = true;
    round++;
    later(delayMillis(0), begin);
  };
  // What was loaded before it is registered, unanswered for so long, is loaded once more.
  const heard = ({ event }) => {
    if (event === 'registered') begin();
    else if (event === 'missed' && !waiting && !missed) again();
  };
  const watch = ({ name }) => {
    clearTimeout(timer);
    round++;
    waiting = name === 'live';
    if (waiting) later(UNANSWERED_MILLIS, begin);
  };

  const stops = [bus.subscribe(topic, heard), bus.onState(watch)];
  return () => {
    clearTimeout(timer);
    round++;
    stops.forEach(stop => stop());
  };
}
