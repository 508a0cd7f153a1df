import { connect } from '../rollcall.js';
import { signIn, signOut, whoAmI } from './account.js';
import { byTestId, element, setText } from './dom.js';
import { recall, remember } from './memory.js';

const STATES = {
  connecting: 'connecting…',
  live: 'live',
  reconnecting: 'reconnecting…',
  closed: 'signed out',
};

/**
 * What every page has: signing in, the state of the connection, and changing one's name. Calls
 * `open(bus, user)` for each time that somebody is signed in; what it returns is called at the end.
 */
export async function run(open) {
  let user = await whoAmI();
  let notice = '';
  for (;;) {
    user ??= await askName(notice);
    const why = await session(user, open);
    user = why === 'other_user' ? await whoAmI() : null;
    notice = why === 'changed_name' ? '' : 'You were signed out. Sign in to go on.';
  }
}

function askName(notice) {
  const form = document.getElementById('sign-in');
  const input = byTestId('name-input');
  const trouble = document.getElementById('sign-in-trouble');
  show('sign-in');
  setText(trouble, notice);
  input.value = recall('name', '');
  input.focus();
  input.select();
  return new Promise(resolve => {
    form.onsubmit = async event => {
      event.preventDefault();
      try {
        const user = await signIn(input.value.trim());
        remember('name', user);
        resolve(user);
      } catch (error) {
        setText(trouble, error.message);
        input.focus();
      }
    };
  });
}

/** Lasts until the connection is closed for good; resolves with why it was. */
function session(user, open) {
  show('page');
  setText(document.getElementById('user'), user);
  return new Promise(resolve => {
    const bus = connect({ onRefused: word => flash(`The server refused that: ${word}.`) });
    const close = open(bus, user);
    document.getElementById('change-name').onclick = async () => {
      await signOut().catch(error => flash(error.message));
      bus.close('changed_name');
    };
    bus.onState(({ name, why }) => {
      showState(name);
      if (name === 'live') checkUser(bus, user);
      if (name !== 'closed') return;
      close();
      resolve(why);
    });
  });
}

/** Tabs share the sign-in: another may have changed the name, and a new socket then bears it. */
async function checkUser(bus, user) {
  const now = await whoAmI();
  if (now !== null && now !== user) bus.close('other_user');
}

function showState(name) {
  const state = byTestId('connection');
  state.dataset.state = name;
  setText(state, STATES[name]);
}

function show(part) {
  document.getElementById('sign-in-part').hidden = part !== 'sign-in';
  for (const node of document.querySelectorAll('.signed-in')) node.hidden = part !== 'page';
}

/** Says something for a few seconds. */
export function flash(text) {
  const note = element('p', { class: 'flash', role: 'alert' }, text);
  document.body.append(note);
  setTimeout(() => note.remove(), 6_000);
}
