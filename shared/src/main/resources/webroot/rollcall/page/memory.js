/*
 * What the page remembers in this browser. Storage may be full or forbidden: then it forgets.
 */

export function recall(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`rollcall.${key}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`rollcall.${key}`, JSON.stringify(value));
  } catch {
    // Nothing depends on it.
  }
}
