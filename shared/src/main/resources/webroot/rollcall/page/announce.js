import { element } from './dom.js';

const PAUSE_MILLIS = 1_500;

/**
 * Speaks to screen readers, and does not chatter: what comes within one pause is said as one, a
 * single thing in full and several as `summary(count)`.
 */
export function announcer(summary) {
  const region = element('p', { class: 'unseen', 'aria-live': 'polite' });
  document.body.append(region);
  let waiting = [];
  return text => {
    if (waiting.push(text) > 1) return;
    setTimeout(() => {
      region.textContent = waiting.length === 1 ? waiting[0] : summary(waiting.length);
      waiting = [];
    }, PAUSE_MILLIS);
  };
}
