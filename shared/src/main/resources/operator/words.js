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
  '~': { mark: '✓?', word: 'does not answer, but the other one knows that it hears it', look: 'dim' },
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
 */
export function problems(report, lasting = new Set()) {
  const found = [
    ...report.nodes.flatMap(ofNode),
    ...ofServices(report.nodes),
    ...ofHearing(report),
    ...ofPresence(report, lasting),
  ];
  const rank = { bad: 0, warn: 1, note: 2 };
  return found.sort((one, other) => rank[one.level] - rank[other.level]);
}

function ofNode(node) {
  const name = nameOf(node);
  if (isSilent(node)) return [bad(`${name} ${SILENT[node.state]}${at(node)}.`)];
  const found = [];
  if (node.state === 'not_ready') found.push(bad(`${name} is not ready: ${node.failing.join(', ')}.`));
  if (node.state === 'starting') found.push(note(`${name} is starting.`));
  if (node.state === 'draining') found.push(note(`${name} is draining.`));
  for (const part of node.late) found.push(bad(`On ${name} the ${part} does not answer.`));
  if (node.heap_bytes > FULL_HEAP * node.max_heap_bytes && node.max_heap_bytes > 0) {
    found.push(warn(`The heap of ${name} is nearly full.`));
  }
  return found;
}

const at = node => (node.host ? ` at ${node.host}` : '');

function ofServices(nodes) {
  const services = [...new Set(nodes.map(({ service }) => service))].filter(name => name);
  return services
    .filter(name => !nodes.some(({ service, state }) => service === name && state === 'ready'))
    .map(name => bad(`No node of ${name} is known to be ready.`));
}

function ofHearing({ nodes, hearing }) {
  const links = { '-': [], '.': [], '!': [] };
  nodes.forEach((from, row) => {
    nodes.forEach((to, column) => {
      const there = hearing[from.node][column];
      const back = hearing[to.node][row];
      if (!(there in links)) return;
      // Of a pair that fails both ways one is told.
      if (there === back && row > column) return;
      links[there].push(`${nameOf(from)} ${there === back ? '↔' : '→'} ${nameOf(to)}`);
    });
  });
  const told = [];
  if (links['-'].length) told.push(bad(`Not heard by (→), or by neither (↔): ${some(swap(links['-']))}.`));
  if (links['.'].length) told.push(bad(`Not on the other's list of members: ${some(links['.'])}.`));
  if (links['!'].length) told.push(warn(`Heard, but not on the list of members: ${some(links['!'])}.`));
  return told;
}

/** Messages go the other way than hearing is said: who is not heard is named first. */
const swap = links =>
  links.map(link => (link.includes('→') ? link.split(' → ').reverse().join(' → ') : link));

function ofPresence({ nodes, presence }, lasting) {
  const { replicas, partitions } = presence;
  const ready = replicas.filter(replica => replica.ready).length;
  if (ready === 0) return [bad('No replica of presence is ready: lists stay as they were.')];
  const found = [];
  const behind = nodes.filter(node => !isSilent(node) && node.ready_replicas < ready);
  if (behind.length) {
    found.push(warn(`Not all ${ready} replicas are known to ${some(behind.map(nameOf))}.`));
  }
  const different = [...partitions].flatMap((letter, number) => (letter === '!' ? [number] : []));
  const lastingly = different.filter(number => lasting.has(number));
  if (lastingly.length) {
    found.push(bad(`Replicas that have heard the same differ in partition ${some(lastingly, 12)}.`));
  }
  return found;
}

/** One sentence on whether the replicas agree. */
export function agreement({ replicas, partitions }) {
  const count = letter => [...partitions].filter(each => each === letter).length;
  const ready = replicas.filter(replica => replica.ready).length;
  if (ready < 2) return `${ready} ready: there are no two replicas to compare.`;
  if (count('=') === partitions.length) {
    return `${ready} replicas ready; all ${partitions.length} partitions are the same on each.`;
  }
  const parts = [`${count('=')} of ${partitions.length} partitions are the same on ${ready} replicas`];
  if (count('~')) parts.push(`${count('~')} in motion`);
  if (count('!')) parts.push(`${count('!')} different`);
  return `${parts.join(', ')}.`;
}
