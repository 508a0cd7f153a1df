/**
 * Calls `beat` every so often until the returned function is called.
 *
 * Browsers slow the timers of a hidden tab down to one a minute, and the bridge would take its
 * silence for death. The timers of a worker keep their pace.
 */
export function pulse(periodMillis, beat) {
  if (typeof Worker === 'undefined') return plain(periodMillis, beat);
  let stopPlain = () => {};
  const worker = new Worker(new URL('./pulse-worker.js', import.meta.url));
  worker.onmessage = () => beat();
  worker.onerror = () => {
    worker.terminate();
    stopPlain = plain(periodMillis, beat);
  };
  worker.postMessage(periodMillis);
  return () => {
    worker.terminate();
    stopPlain();
  };
}

function plain(periodMillis, beat) {
  const timer = setInterval(beat, periodMillis);
  return () => clearInterval(timer);
}
