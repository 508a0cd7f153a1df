import { nameOf } from './words.js';

const REMEMBERED_MILLIS = 15 * 60_000;

/** What a report alone does not tell: what was before it, since the page was opened. */
export class History {
  #seen = new Map();
  #different = new Set();

  /** Returns what is to be known beside the report. */
  before({ nodes, presence }) {
    const lasting = new Set(different(presence).filter(number => this.#different.has(number)));
    const here = new Set(nodes.map(({ node }) => node));
    const gone = [...this.#seen.values()].filter(({ node }) => !here.has(node));
    return { lasting, gone };
  }

  add({ at, nodes, presence }) {
    const millis = Date.parse(at);
    this.#different = new Set(different(presence));
    for (const node of nodes) {
      const { service } = { ...this.#seen.get(node.node), ...(node.service ? node : {}) };
      const name = nameOf({ node: node.node, service: service ?? '' });
      this.#seen.set(node.node, { node: node.node, service, name, millis });
    }
    for (const [id, { millis: last }] of this.#seen) {
      if (millis - last > REMEMBERED_MILLIS) this.#seen.delete(id);
    }
  }
}

const different = ({ partitions }) =>
  [...partitions].flatMap((letter, number) => (letter === '!' ? [number] : []));
