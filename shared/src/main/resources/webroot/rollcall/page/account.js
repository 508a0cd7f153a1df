const NAME_RULE = 'Use 1 to 32 letters, digits, spaces or . _ -';

/** The user that this browser is signed in as, or null. */
export async function whoAmI() {
  try {
    const response = await fetch('/me', { cache: 'no-store' });
    return response.ok ? (await response.json()).user : null;
  } catch {
    return null;
  }
}

/** Signs in and returns the user. Rejects with an Error whose message is for the person to read. */
export async function signIn(name) {
  const response = await ask('/login', { name });
  if (response.ok) return (await response.json()).user;
  if (response.status === 400) throw new Error(NAME_RULE);
  if (response.status === 404) throw new Error('This server wants a token from its issuer.');
  throw new Error(`The server could not sign you in (${response.status}).`);
}

export const signOut = () => ask('/logout', {});

async function ask(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  try {
    return await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  } catch {
    throw new Error('The server cannot be reached.');
  }
}
