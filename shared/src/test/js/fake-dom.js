/*
 * As much of a document as the pages' lists need, for the tests of them.
 */
class Node {
  children = [];
  dataset = {};
  #text = '';
  #attributes = new Map();

  get textContent() {
    return this.#text + this.children.map(({ textContent }) => textContent).join('');
  }
  set textContent(text) {
    this.children = [];
    this.#text = text;
  }
  get classes() {
    return new Set(this.getAttribute('class')?.split(' '));
  }
  classList = {
    toggle: (name, on) => {
      const classes = this.classes;
      classes[on ? 'add' : 'delete'](name);
      this.setAttribute('class', [...classes].join(' '));
    },
  };
  setAttribute(name, value) {
    this.#attributes.set(name, value);
  }
  getAttribute(name) {
    return this.#attributes.get(name);
  }
  append(...children) {
    for (const child of children) this.insertBefore(asNode(child), null);
  }
  insertBefore(child, next) {
    child.remove();
    child.parent = this;
    const index = this.children.indexOf(next);
    this.children.splice(index < 0 ? this.children.length : index, 0, child);
  }
  remove() {
    this.parent?.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }
  /** Only by a class. */
  querySelector(selector) {
    for (const child of this.children) {
      if (child.classes.has(selector.slice(1))) return child;
      const found = child.querySelector(selector);
      if (found) return found;
    }
    return null;
  }
}

function asNode(child) {
  if (child instanceof Node) return child;
  const text = new Node();
  text.textContent = child;
  return text;
}

export function fakeDocument() {
  globalThis.document = { createElement: () => new Node() };
  return globalThis.document;
}
