import { element, setText } from '/rollcall/page/dom.js';
import { PARTITION, agreement, nameOf } from './words.js';

const byId = id => document.getElementById(id);
const NUMBER = new Intl.NumberFormat();
const MOST_DIFFERING = 8;

/** The replicas side by side, a column each. */
export function showReplicas({ nodes, presence }) {
  const { replicas } = presence;
  setText(
    byId('presences-count'),
    presence.presences == null ? 'unknown' : NUMBER.format(presence.presences),
  );
  setText(byId('partitions-word'), agreement(presence));
  const apart = clockRows(nodes, replicas).filter(({ dataset }) => dataset.differ === 'true');
  fill(byId('replicas'), replicas, [
    row('Ready', replicas, ({ ready }) => (ready ? 'yes' : 'no')),
    row('Presences', replicas, ({ presences }) => NUMBER.format(presences)),
    row('Topics', replicas, ({ topics }) => NUMBER.format(topics)),
    row('Nodes known', replicas, ({ known }) => NUMBER.format(known)),
    digests(presence),
    ...apart,
  ]);
  fill(byId('clocks'), replicas, clockRows(nodes, replicas));
  showDiffering(presence);
}

function fill(table, replicas, rows) {
  table.tHead.rows[0].replaceChildren(
    element('td'),
    ...replicas.map(({ node }) => element('th', { scope: 'col' }, element('code', {}, node))),
  );
  table.tBodies[0].replaceChildren(...rows);
}

/** What two that are ready have not in common is marked. */
function row(title, replicas, text) {
  const differ = new Set(replicas.filter(({ ready }) => ready).map(text)).size > 1;
  return element(
    'tr',
    { 'data-differ': `${differ}` },
    element('th', { scope: 'row' }, title),
    ...replicas.map(replica => element('td', {}, text(replica))),
  );
}

/** A cell for each partition; the text before the table says the same. */
function digests({ partitions, replicas }) {
  const strip = replica =>
    element(
      'div',
      { class: 'strip', 'aria-hidden': 'true' },
      ...[...partitions].map((letter, number) => {
        const shown = isOdd(replica, replicas, number) ? letter : '=';
        return element('i', { 'data-letter': shown, title: `${number}: ${PARTITION[letter]}` });
      }),
    );
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, 'Digests'),
    ...replicas.map(each => element('td', {}, each.ready ? strip(each) : 'not compared')),
  );
}

/** Of several that differ, those are marked that are not as most are. */
function isOdd(replica, replicas, number) {
  const ready = replicas.filter(each => each.ready);
  const same = ready.filter(({ digests }) => digests[number] === replica.digests[number]);
  return same.length * 2 <= ready.length || ready.length < 2;
}

/** How far each replica has come with each node: the same, but for what is under way. */
function clockRows(nodes, replicas) {
  const known = [...new Set(replicas.flatMap(({ clocks }) => Object.keys(clocks)))].sort();
  return known.map(id => {
    const node = nodes.find(({ node }) => node === id);
    const name = node ? nameOf(node) : `${id}, which is no member`;
    return row(name, replicas, ({ clocks }) => clock(clocks[id]));
  });
}

function clock(shards) {
  if (!shards) return 'unknown';
  return shards.every(shard => shard < 0)
    ? 'hidden'
    : shards.map(shard => (shard < 0 ? '×' : shard)).join(' · ');
}

function showDiffering({ partitions, replicas }) {
  const differing = [...partitions]
    .flatMap((letter, number) => (letter === '!' || letter === '~' ? [{ letter, number }] : []))
    .slice(0, MOST_DIFFERING);
  byId('differing').replaceChildren(
    ...differing.map(({ letter, number }) =>
      element(
        'p',
        { class: 'hint', 'data-letter': letter },
        `Partition ${number}, ${PARTITION[letter]}: `,
        replicas
          .filter(({ ready }) => ready)
          .map(({ node, digests }) => `${node} ${digests[number]}`)
          .join(', '),
      ),
    ),
  );
}
