import { element, setText } from '/rollcall/page/dom.js';
import { Actions } from './actions.js';
import { History } from './history.js';
import { showHearing, showNodes, showRegistrations, showTopics } from './tables.js';
import { showReplicas } from './replicas.js';
import { nameOf, problems } from './words.js';

const PAUSE_MILLIS = 2_000;
const PATIENCE_MILLIS = 8_000;

const byId = id => document.getElementById(id);
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const actions = new Actions();

const history = new History();
let lastAt = null;
let asking = false;
let timer;

async function ask() {
  clearTimeout(timer);
  if (asking || document.hidden) return;
  asking = true;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MILLIS);
    const response = await fetch('/operator/report', { signal });
    if (!response.ok) throw new Error(`${response.status}`);
    show(await response.json());
  } catch (failure) {
    lost(failure);
  }
  asking = false;
  timer = setTimeout(ask, PAUSE_MILLIS);
}

function show(report) {
  const found = problems(report, history.before(report));
  history.add(report);
  lastAt = new Date(report.at);
  byId('page').hidden = false;
  byId('page').dataset.stale = 'false';
  const by = report.nodes.find(({ node }) => node === report.by);
  setText(byId('source'), `as ${nameOf(by)} sees it`);
  connection('live', `${TIME.format(lastAt)} · ${report.took_millis} ms`);
  showVerdict(report, found);
  showNodes(report, actions);
  showHearing(report);
  showReplicas(report);
  showTopics(report);
  showRegistrations(report);
  actions.show(report);
}

/** What was shown last stays, and is said to be old. */
function lost(failure) {
  const since = lastAt ? `, shown as of ${TIME.format(lastAt)}` : '';
  byId('page').dataset.stale = 'true';
  connection('closed', `This node does not answer (${failure.message})${since}`);
}

function connection(state, text) {
  byId('connection').dataset.state = state;
  setText(byId('connection'), text);
}

function showVerdict({ nodes }, found) {
  const troubles = found.filter(({ level }) => level !== 'note').length;
  const level = found.some(each => each.level === 'bad') ? 'bad' : troubles ? 'warn' : 'good';
  byId('verdict').dataset.level = level;
  const good = `All is well: ${nodes.length} nodes answer, and all hear one another.`;
  const count = troubles === 1 ? '1 problem' : `${troubles} problems`;
  setText(byId('verdict-title'), troubles ? count : good);
  const told = found.map(({ level, text }) => `${level} ${text}`).join('\n');
  if (byId('problems').dataset.told === told) return;
  byId('problems').dataset.told = told;
  byId('problems').replaceChildren(
    ...found.map(({ level, text }) => element('li', { 'data-level': level }, text)),
  );
}

document.addEventListener('visibilitychange', ask);
actions.onDone(ask);
ask();
