/*
 * Who is present, folded from `presence_state` and `presence_diff` with the semantics of the
 * Presence class of the npm package phoenix, but pure: a fold returns a new Map and leaves its
 * arguments alone. State is a Map from user to `{ metas: [{ phx_ref, … }] }`, one meta for each of
 * the user's sessions; a Map, because a user may be called `__proto__`.
 */

/** What `presence_state` makes of a state. Metas that stay keep their place; new ones follow. */
export function syncState(state, payload) {
  const all = new Map(Object.entries(payload));
  const joins = new Map();
  for (const [user, presence] of all) {
    const metas = without(presence.metas, state.get(user)?.metas ?? []);
    if (metas.length > 0) joins.set(user, { ...presence, metas });
  }
  const leaves = new Map();
  for (const [user, { metas }] of state) {
    leaves.set(user, { metas: without(metas, all.get(user)?.metas ?? []) });
  }
  return apply(state, joins, leaves);
}

/** What `presence_diff` makes of a state. An update leaves the old ref and joins the new. */
export function syncDiff(state, { joins = {}, leaves = {} }) {
  return apply(state, Object.entries(joins), Object.entries(leaves));
}

/** The people of a state: each once, whatever the number of their sessions. */
export function list(state, choose = (user, { metas }) => ({ user, metas })) {
  return Array.from(state, ([user, presence]) => choose(user, presence));
}

/** Calls `onChange(people)` with the whole list whenever it changes. Returns what stops it. */
export function presence(bus, topic, onChange) {
  return bus.subscribe(topic, ({ people }) => {
    if (people) onChange(list(people));
  });
}

function apply(state, joins, leaves) {
  const next = new Map(state);
  for (const [user, joined] of joins) {
    const kept = without(next.get(user)?.metas ?? [], joined.metas);
    next.set(user, { ...joined, metas: [...kept, ...joined.metas] });
  }
  for (const [user, left] of leaves) {
    const current = next.get(user);
    if (!current) continue;
    const metas = without(current.metas, left.metas);
    if (metas.length > 0) next.set(user, { ...current, metas });
    else next.delete(user);
  }
  return next;
}

function without(metas, gone) {
  const refs = new Set(gone.map(meta => meta.phx_ref));
  return metas.filter(meta => !refs.has(meta.phx_ref));
}
