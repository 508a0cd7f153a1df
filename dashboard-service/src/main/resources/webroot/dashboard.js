import { presence } from '/rollcall/rollcall.js';
import { announcer } from '/rollcall/page/announce.js';
import { catchUp } from '/rollcall/page/catch-up.js';
import { byTestId, setText } from '/rollcall/page/dom.js';
import { run } from '/rollcall/page/frame.js';
import { PeopleList } from '/rollcall/page/people.js';
import { OrdersView } from './orders-view.js';
import { StatsView } from './stats-view.js';
import { money } from './stats.js';

const byId = id => document.getElementById(id);
const announce = announcer(count => `${count} new orders`);
const people = new PeopleList(byTestId('people'), byId('people-count'));

run(openDashboard);

function openDashboard(bus, user) {
  const orders = new OrdersView();
  const stats = new StatsView(bus);
  people.show([], user);
  let position = 0;
  const heard = ({ event, payload }) => {
    if (event === 'order_created') {
      orders.created(payload);
      announce(`Order ${payload.id}: ${money(payload.total, payload.currency)}`);
    }
    if (event === 'order_status_changed') orders.statusChanged(payload);
    if (event === 'stats') stats.show(payload);
  };
  const load = async () => {
    const snapshot = await bus.send('dashboard.snapshot', { position });
    orders.fetched(snapshot.orders);
    if (snapshot.stats) stats.show(snapshot.stats);
  };
  bus.subscribe('orders', message => {
    position = Math.max(position, message.position ?? 0);
    heard(message);
  });
  bus.subscribe('dashboard', heard);
  presence(bus, 'dashboard', present => people.show(present, user));
  const trouble = failure =>
    setText(byId('trouble'), failure ? 'Orders cannot be loaded now. Trying again…' : '');
  catchUp(bus, 'orders', load, trouble);
  return () => stats.close();
}
