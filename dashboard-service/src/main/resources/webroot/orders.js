import { newestFirst } from '/rollcall/merge.js';

/** Each later than those before: no step leads back. */
const STATUSES = ['placed', 'paid', 'shipped', 'delivered', 'cancelled'];

/** Newest first, no more than `most`. What is fetched may be older than what came live. */
export function withOrders(known, incoming, most) {
  const before = new Map(known.map(order => [order.id, order]));
  const merged = incoming.map(order => further(before.get(order.id), order));
  return newestFirst(known, merged, most);
}

/** Takes in that an order has another status. One that is not there is not added. */
export function withStatus(known, { id, status }) {
  return known.map(order => (order.id === id ? further(order, { ...order, status }) : order));
}

function further(known, incoming) {
  const isFurther = known && step(known) > step(incoming);
  return isFurther ? known : incoming;
}

const step = ({ status }) => STATUSES.indexOf(status);
