import { element, setText } from '/rollcall/page/dom.js';
import { HEARING, duration, isSilent, nameOf, shortService } from './words.js';

const byId = id => document.getElementById(id);
const NUMBER = new Intl.NumberFormat();
const number = value =>
  element('td', { class: 'number' }, value == null ? '–' : NUMBER.format(value));

const STATES = {
  ready: 'ready',
  not_ready: 'not ready',
  draining: 'draining',
  starting: 'starting',
  silent: 'silent',
  failed: 'failed',
  unreadable: 'unreadable',
};

/** The focus stays where it was: rows are made anew, with the same buttons. */
function replaceRows(body, rows) {
  const focused = document.activeElement?.closest('[data-node]')?.dataset.node;
  body.replaceChildren(...rows);
  if (focused) body.querySelector(`[data-node="${focused}"] button`)?.focus();
}

export function showNodes({ nodes }, actions) {
  setText(byId('nodes-count'), `${nodes.length}`);
  replaceRows(
    byId('nodes'),
    byService(nodes).map(node => nodeRow(node, actions)),
  );
}

const byService = nodes =>
  [...nodes].sort(
    (one, other) =>
      one.service.localeCompare(other.service) || one.node.localeCompare(other.node),
  );

function nodeRow(node, actions) {
  const silent = isSilent(node);
  return element(
    'tr',
    { 'data-node': node.node, 'data-service': node.service, 'data-state': node.state },
    nameCell(node),
    element('td', {}, element('span', { class: 'state' }, STATES[node.state] ?? node.state)),
    element('td', { class: 'host', title: node.host }, node.pod || node.host || '–'),
    element('td', { class: 'number' }, silent ? '–' : duration(node.up_seconds)),
    heap(node),
    number(node.connections),
    number(node.topics),
    number(node.subscribers),
    number(node.tracked),
    number(node.registrations),
    number(node.ready_replicas),
    element('td', { class: 'action' }, ...actions.drainButton(node)),
  );
}

const nameCell = node =>
  element(
    'th',
    { scope: 'row', class: 'node' },
    `${shortService(node.service)} `,
    element('code', {}, node.node),
  );

function heap({ heap_bytes: used, max_heap_bytes: max }) {
  if (used === undefined) return number(null);
  const mebibytes = bytes => Math.round(bytes / 2 ** 20);
  const share = Math.round((100 * used) / max);
  const title = `${mebibytes(used)} of ${mebibytes(max)} MiB`;
  return element('td', { class: 'number', title }, `${share} %`);
}

/** In the order of the table above, which is not that of the letters. */
export function showHearing({ nodes, hearing }) {
  const table = byId('hearing');
  const ordered = byService(nodes);
  const columns = ordered.map(node =>
    element(
      'th',
      { scope: 'col', title: nameOf(node) },
      `${shortService(node.service)} `,
      element('code', {}, node.node.slice(0, 4)),
    ),
  );
  const cells = from =>
    ordered.map(to => cell(from, to, hearing[from.node][nodes.indexOf(to)]));
  table.tHead.rows[0].replaceChildren(element('td'), ...columns);
  table.tBodies[0].replaceChildren(
    ...ordered.map(node => element('tr', {}, nameCell(node), ...cells(node))),
  );
  const used = [...new Set(Object.values(hearing).join(''))].filter(letter => letter !== '=');
  const legend = used.map(letter => `${HEARING[letter].mark} ${HEARING[letter].word}`).join(' · ');
  setText(byId('legend'), legend);
}

function cell(from, to, letter) {
  const { mark, word, look } = HEARING[letter];
  return element(
    'td',
    { 'data-look': look, 'data-letter': letter, title: `${nameOf(from)} ${word}: ${nameOf(to)}` },
    element('span', { 'aria-hidden': 'true' }, mark),
    element('span', { class: 'unseen' }, word),
  );
}

export function showTopics({ nodes, topics }) {
  setText(byId('topics-count'), NUMBER.format(topics.count));
  byId('topics').replaceChildren(
    ...topics.largest.map(row =>
      element(
        'tr',
        { 'data-topic': row.topic },
        element('th', { scope: 'row', dir: 'auto', class: 'name', title: row.topic }, row.topic),
        number(row.subscribers),
        number(row.presences),
        element('td', { class: 'by-node' }, byNode(nodes, row.by_node)),
      ),
    ),
  );
  const notes = [];
  if (topics.count > topics.largest.length) notes.push('The largest of each node are shown.');
  if (!topics.exact) notes.push('Some node has not told all of it: there may be more.');
  setText(byId('topics-note'), notes.join(' '));
}

export function showRegistrations({ nodes, registrations }) {
  setText(byId('registrations-count'), `${registrations.length}`);
  byId('registrations').replaceChildren(
    ...registrations.map(row =>
      element(
        'tr',
        {},
        element('th', { scope: 'row', class: 'name', title: row.address }, row.address),
        number(row.consumers),
        element('td', { class: 'by-node' }, byNode(nodes, row.by_node)),
      ),
    ),
  );
}

function byNode(nodes, counts) {
  const having = nodes.filter(({ node }) => node in counts);
  const each = new Set(having.map(({ node }) => counts[node]));
  if (having.length > 3 && each.size === 1) {
    return `${NUMBER.format([...each][0])} on each of ${having.length} nodes`;
  }
  return having.map(({ node }) => `${node} ${NUMBER.format(counts[node])}`).join(', ');
}
