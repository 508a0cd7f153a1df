const RULE = /^[a-z0-9][a-z0-9-]{0,31}$/;

export const LOBBY = 'lobby';

/** The room that somebody means who writes this, or null when there can be none. */
export function roomName(written) {
  const name = written.trim().toLowerCase().replace(/^#/, '').replace(/\s+/g, '-');
  return RULE.test(name) ? name : null;
}

/** The room in an address such as `https://host/#lobby`. */
export function roomOfHash(hash) {
  try {
    return roomName(decodeURIComponent(hash)) ?? LOBBY;
  } catch {
    return LOBBY; // A stray % in the address.
  }
}

/** The lobby, then the rooms visited, latest first. */
export function visited(rooms, room, most = 8) {
  return [LOBBY, ...new Set([room, ...rooms])]
    .filter((name, index) => index === 0 || name !== LOBBY)
    .slice(0, most);
}

/** The rooms visited, then those that the server lists besides. */
export const shown = (rooms, listed) => [...new Set([...rooms, ...listed])];
