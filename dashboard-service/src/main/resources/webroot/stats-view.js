import { byTestId, element, setText } from '/rollcall/page/dom.js';
import { isStale, latest, money } from './stats.js';

const NUMBER = new Intl.NumberFormat();
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const CHECK_MILLIS = 1_000;

/** The figures, and whether they can still be believed. */
export class StatsView {
  #bus;
  #stats = null;
  #receivedAt = 0;
  #timer;

  constructor(bus) {
    this.#bus = bus;
    bus.onState(() => this.#showFreshness());
    this.#timer = setInterval(() => this.#showFreshness(), CHECK_MILLIS);
  }

  show(incoming) {
    if (latest(this.#stats, incoming) !== incoming) return;
    this.#stats = incoming;
    this.#receivedAt = Date.now();
    const { orders, revenue, last_minute, at } = incoming;
    byTestId('stats').dataset.at = at;
    setText(byTestId('stat-orders'), NUMBER.format(orders));
    setText(byTestId('stat-last-minute'), NUMBER.format(last_minute));
    showRevenue(revenue);
    this.#showFreshness();
  }

  close() {
    clearInterval(this.#timer);
  }

  #showFreshness() {
    if (!this.#stats) return;
    const live = this.#bus.state.name === 'live';
    const stale = isStale(this.#stats, Date.now() - this.#receivedAt, live);
    byTestId('stats').dataset.stale = stale;
    const time = TIME.format(new Date(this.#stats.at));
    setText(
      document.getElementById('as-of'),
      stale ? `Not current: as of ${time}` : `As of ${time}`,
    );
  }
}

function showRevenue(revenue) {
  const lines = Object.entries(revenue)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([currency, amount]) => element('span', {}, money(amount, currency)));
  byTestId('stat-revenue').replaceChildren(...(lines.length > 0 ? lines : ['–']));
}
