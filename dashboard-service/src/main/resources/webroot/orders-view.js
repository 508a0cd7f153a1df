import { arrange, byTestId, element, setText } from '/rollcall/page/dom.js';
import { withOrders, withStatus } from './orders.js';
import { money } from './stats.js';

const MOST_SHOWN = 20;
const MOST_CHANGES = 100;
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** The newest orders, newest first. One that has just been created is marked for a moment. */
export class OrdersView {
  #orders = [];
  /** The latest steps: an order that is fetched may be from before them. */
  #changes = [];
  #rows = new Map();

  created(order) {
    this.#show(withOrders(this.#orders, [order], MOST_SHOWN), true);
  }

  fetched(orders) {
    const changed = this.#changes.reduce(withStatus, orders);
    this.#show(withOrders(this.#orders, changed, MOST_SHOWN), false);
  }

  statusChanged(change) {
    this.#changes = [...this.#changes, change].slice(-MOST_CHANGES);
    this.#show(withStatus(this.#orders, change), false);
  }

  #show(orders, fresh) {
    const row = order => this.#rows.get(order.id) ?? newRow(order, fresh);
    this.#orders = orders;
    this.#rows = new Map(orders.map(order => [order.id, row(order)]));
    orders.forEach(({ id, status }) => showStatus(this.#rows.get(id), status));
    arrange(byTestId('orders'), [...this.#rows.values()]);
    document.getElementById('no-orders').hidden = orders.length > 0;
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
    element('td', { class: 'status' }),
    element('td', { class: 'time' }, time),
  );
}

function showStatus(row, status) {
  row.dataset.status = status;
  setText(row.querySelector('.status'), status);
}
