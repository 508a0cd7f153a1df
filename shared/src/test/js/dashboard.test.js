import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeDocument } from './fake-dom.js';
import { importPage } from './pages.js';

const { isStale, latest, money } = await importPage('dashboard-service', 'stats.js');
const { withOrders, withStatus } = await importPage('dashboard-service', 'orders.js');
const { OrdersView } = await importPage('dashboard-service', 'orders-view.js');

test('minor units are shown with the digits that the currency has', () => {
  assert.equal(money(10800, 'EUR', 'en'), '€108.00');
  assert.equal(money(10800, 'JPY', 'en'), '¥10,800');
  assert.equal(money(10800, 'BHD', 'en').replace(/\s/, ' '), 'BHD 10.800');
  assert.equal(money(5, 'USD', 'en'), '$0.05');
  assert.equal(money(7, 'no currency', 'en'), '7 no currency');
});

test('of two stats the later one counts, whichever comes first', () => {
  const early = { at: '2026-01-01T10:00:00.9Z' };
  const late = { at: '2026-01-01T10:00:01Z' };
  assert.equal(latest(null, early), early);
  assert.equal(latest(early, late), late);
  assert.equal(latest(late, early), late);
});

test('stats are stale when the server says so, without a connection, or when no more come', () => {
  assert.equal(isStale({ stale: false }, 5_000, true), false);
  assert.equal(isStale({ stale: true }, 0, true), true);
  assert.equal(isStale({ stale: false }, 0, false), true);
  assert.equal(isStale({ stale: false }, 15_001, true), true);
});

test('an order goes on and never back, whether that is heard or fetched', () => {
  const placed = { id: 7, status: 'placed' };
  const orders = withStatus(withOrders([], [placed], 20), { id: 7, status: 'paid' });
  assert.deepEqual(orders, [{ id: 7, status: 'paid' }]);
  assert.deepEqual(withOrders(orders, [placed], 20), orders);
  assert.deepEqual(withStatus(orders, { id: 7, status: 'placed' }), orders);
  assert.deepEqual(withOrders(orders, [{ id: 7, status: 'shipped' }], 20), [
    { id: 7, status: 'shipped' },
  ]);
  assert.deepEqual(withStatus(orders, { id: 8, status: 'paid' }), orders);
});

test('a step that is told before its order is fetched as it was before is not forgotten', () => {
  const list = fakeDocument().createElement('tbody');
  Object.assign(document, { querySelector: () => list, getElementById: () => ({}) });
  const view = new OrdersView();
  const order = id => ({ id, currency: 'EUR', total: 1, items: [], created_at: 0, status: 'placed' });
  view.statusChanged({ id: 7, status: 'paid' });
  view.statusChanged({ id: 8, status: 'paid' });
  view.fetched([{ ...order(8), status: 'shipped' }, order(7), order(6)]);
  assert.deepEqual(
    list.children.map(({ dataset }) => dataset.status),
    ['shipped', 'paid', 'placed'],
  );
});

test('of the orders the newest are shown', () => {
  const known = [{ id: 3 }, { id: 2 }];
  assert.deepEqual(withOrders(known, [{ id: 4 }, { id: 1 }], 3), [{ id: 4 }, { id: 3 }, { id: 2 }]);
});
