/*
 * What a report means, in words. Pure: a report comes in, texts go out.
 */

/** Of the letters of `hearing`: what is shown, and what is said of it. */
export const HEARING = {
  '=': { mark: '', word: 'itself', look: 'self' },
  '+': { mark: '✓', word: 'hears it', look: 'good' },
  '-': { mark: '✕', word: 'does not hear it', look: 'bad' },
  '!': { mark: '!', word: 'hears it, but does not list it', look: 'warn' },
  '.': { mark: '∅', word: 'does not list it', look: 'bad' },
  '~': { mark: '✓?', word: 'does not answer, but hears it, says the other', look: 'dim' },
  '?': { mark: '?', word: 'does not answer', look: 'dim' },
};

export const PARTITION = {
  '=': 'the same on all',
  '~': 'in motion',
  '!': 'different',
  '.': 'not compared',
};

const SILENT = {
  silent: 'does not answer',
  failed: 'fails to answer',
  unreadable: 'answers what this version cannot read',
};

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const MOST_LINKS = 6;
const FULL_HEAP = 0.92;

export const isSilent = node => node.state in SILENT;

/** `chat 7d0f3c21`: short, and what is searched for in logs. */
export const nameOf = node => `${shortService(node.service)} ${node.node}`.trim();

export const shortService = service => service.replace(/-service$/, '');

export function duration(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `names`, but not endlessly many of them. */
function some(names, most = MOST_LINKS) {
  const rest = names.length - most;
  const shown = names.slice(0, most).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

const bad = text => ({ level: 'bad', text });
const warn = text => ({ level: 'warn', text });
const note = text => ({ level: 'note', text });

/**
 * What an operator should know, worst first.
 *
 * @param lasting the partitions that were different in the report before too
 * @param gone the nodes that were there before, each with its `name` and when it was seen last
 */
export function problems(report, { lasting = new Set(), gone = [] } = {}) {
  const found = [
    ...report.nodes.flatMap((node, index) => ofNode(node, index, report)),
    ...ofServices(report.nodes, gone),
    ...ofHearing(report),
    ...ofPresence(report, lasting, gone),
    ...gone.map(left),
  ];
  const rank = { bad: 0, warn: 1, note: 2 };
  return found.sort((one, other) => rank[one.level] - rank[other.level]);
}

const left = ({ name, millis }) => note(`${name} has left; last seen at ${TIME.format(millis)}.`);

function ofNode(node, index, report) {
  const name = nameOf(node);
  if (isSilent(node)) {
    return [bad(`${name}${at(node)} ${SILENT[node.state]}; ${heardBy(index, report)}.`)];
  }
  const found = [];
  if (node.state === 'not_ready') {
    found.push(bad(`${name} is not ready: ${node.failing.join(', ')}.`));
  }
  if (node.state === 'starting') found.push(note(`${name} is starting.`));
  if (node.state === 'draining') found.push(note(`${name} is draining.`));
  for (const part of node.late) found.push(bad(`On ${name} the ${part} does not answer.`));
  if (node.max_heap_bytes > 0 && node.heap_bytes > FULL_HEAP * node.max_heap_bytes) {
    found.push(warn(`The heap of ${name} is nearly full.`));
  }
  return found;
}

const at = ({ host }) => (host ? ` at ${host}` : '');

/** A node that is heard lives, and is stuck or of another version; one that is not is away. */
function heardBy(index, { nodes, hearing }) {
  const others = nodes.filter((node, other) => other !== index && !isSilent(node));
  const hear = others.filter(({ node }) => '+!'.includes(hearing[node][index])).length;
  return hear ? `${hear} of ${others.length} hear it` : 'nobody hears it';
}

function ofServices(nodes, gone) {
  const services = [...new Set([...nodes, ...gone].map(({ service }) => service))].filter(Boolean);
  return services
    .filter(name => !nodes.some(({ service, state }) => service === name && state === 'ready'))
    .map(name => bad(`No node of ${name} is known to be ready.`));
}

const BROKEN = {
  '-': ['does not hear', 'do not hear each other', bad],
  '.': ['does not list', 'do not list each other: the cluster is split', bad],
  '!': ['hears, but does not list,', 'hear, but do not list, each other', warn],
};

/** Of nodes that answer: of the others it is said that they do not. */
function ofHearing({ nodes, hearing }) {
  const found = [];
  nodes.forEach((from, row) => {
    nodes.forEach((to, column) => {
      const letter = hearing[from.node][column];
      const mutual = letter === hearing[to.node][row];
      if (!(letter in BROKEN) || isSilent(to) || (mutual && row > column)) return;
      const [one, both, level] = BROKEN[letter];
      found.push(
        mutual
          ? level(`${nameOf(from)} and ${nameOf(to)} ${both}.`)
          : level(`${nameOf(from)} ${one} ${nameOf(to)}.`),
      );
    });
  });
  const rest = found.length - MOST_LINKS;
  return rest > 0 ? [...found.slice(0, MOST_LINKS), bad(`${rest} more ways are broken.`)] : found;
}

function ofPresence({ nodes, presence }, lasting, gone) {
  const { replicas, partitions } = presence;
  const ready = replicas.filter(replica => replica.ready).length;
  if (ready === 0) return [bad('No replica of presence is ready: lists stay as they were.')];
  const found = [];
  const behind = nodes.filter(node => !isSilent(node) && node.ready_replicas < ready);
  if (behind.length) {
    found.push(warn(`Not all ${ready} replicas are known to ${some(behind.map(nameOf))}.`));
  }
  const hidden = dead(nodes, replicas).map(id => gone.find(({ node }) => node === id)?.name ?? id);
  if (hidden.length) {
    found.push(warn(`Gone without a goodbye, and hidden until they return: ${some(hidden)}.`));
  }
  const different = [...partitions].flatMap((letter, number) => (letter === '!' ? [number] : []));
  const lastingly = different.filter(number => lasting.has(number));
  if (lastingly.length) {
    const numbers = some(lastingly, 12);
    found.push(bad(`Replicas that have heard the same differ in partition ${numbers}.`));
  }
  return found;
}

/** The nodes that the replicas keep, though no list of members has them any more. */
function dead(nodes, replicas) {
  const known = new Set(replicas.flatMap(({ clocks }) => Object.keys(clocks)));
  nodes.forEach(({ node }) => known.delete(node));
  return [...known].filter(id =>
    replicas.some(({ clocks }) => clocks[id]?.every(clock => clock < 0)),
  );
}

/** One sentence on whether the replicas agree. */
export function agreement({ replicas, partitions }) {
  const count = letter => [...partitions].filter(each => each === letter).length;
  const ready = replicas.filter(replica => replica.ready).length;
  if (ready < 2) return `${ready} ready: there are no two to compare.`;
  if (count('=') === partitions.length) {
    return `${ready} replicas ready; all ${partitions.length} partitions are the same on each.`;
  }
  const same = `${count('=')} of ${partitions.length} partitions`;
  const parts = [`${same} are the same on ${ready} replicas`];
  if (count('~')) parts.push(`${count('~')} in motion`);
  if (count('!')) parts.push(`${count('!')} different`);
  return `${parts.join(', ')}.`;
}
