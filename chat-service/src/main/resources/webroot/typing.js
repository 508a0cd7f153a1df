/** The word is shown for a while; who goes on typing says so more often than that. */
const SHOWN_MILLIS = 5_000;
const PAUSE_MILLIS = 2_000;

/** Who types in a room. Calls `show(users)` whenever that changes. */
export class Typists {
  #show;
  #timers = new Map();

  constructor(show) {
    this.#show = show;
  }

  heard(user) {
    clearTimeout(this.#timers.get(user));
    const isNew = !this.#timers.has(user);
    this.#timers.set(
      user,
      setTimeout(() => this.stopped(user), SHOWN_MILLIS),
    );
    if (isNew) this.#tell();
  }

  /** Who has said it types no more. */
  stopped(user) {
    clearTimeout(this.#timers.get(user));
    if (this.#timers.delete(user)) this.#tell();
  }

  clear() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#tell();
  }

  #tell() {
    this.#show([...this.#timers.keys()]);
  }
}

export function typingText(users) {
  if (users.length === 0) return '';
  if (users.length === 1) return `${users[0]} is typing…`;
  if (users.length === 2) return `${users[0]} and ${users[1]} are typing…`;
  return 'Several people are typing…';
}

/** Calls `say` at once, and then not again for a while. */
export function sparingly(say, now = () => Date.now()) {
  let saidAt = -Infinity;
  return () => {
    if (now() - saidAt < PAUSE_MILLIS) return;
    saidAt = now();
    say();
  };
}
