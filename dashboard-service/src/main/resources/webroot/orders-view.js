import { arrange, byTestId, element } from '/rollcall/page/dom.js';
import { newestFirst } from '/rollcall/merge.js';
import { money } from './stats.js';

const MOST_SHOWN = 20;
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** The newest orders, newest first. One that has just been created is marked for a moment. */
export class OrdersView {
  #orders = [];
  #rows = new Map();

  created(order) {
    this.#merge([order], true);
  }

  fetched(orders) {
    this.#merge(orders, false);
  }

  #merge(incoming, fresh) {
    this.#orders = newestFirst(this.#orders, incoming, MOST_SHOWN);
    const row = order => this.#rows.get(order.id) ?? newRow(order, fresh);
    this.#rows = new Map(this.#orders.map(order => [order.id, row(order)]));
    arrange(byTestId('orders'), [...this.#rows.values()]);
    document.getElementById('no-orders').hidden = this.#orders.length > 0;
  }
}

function newRow({ id, customer, currency, total, items, created_at }, fresh) {
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0);
  const skus = items.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ');
  const time = element('time', { datetime: created_at }, TIME.format(new Date(created_at)));
  return element(
    'tr',
    { class: fresh ? 'fresh' : '', 'data-testid': 'order', 'data-order-id': id },
    element('th', { scope: 'row' }, `#${id}`),
    element('td', { class: 'customer', dir: 'auto' }, customer),
    element('td', { class: 'items', title: skus }, `${count}`),
    element('td', { class: 'amount' }, money(total, currency)),
    element('td', { class: 'time' }, time),
  );
}
