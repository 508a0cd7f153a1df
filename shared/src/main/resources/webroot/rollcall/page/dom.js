/** An element with attributes and children. Strings become text, never markup. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export const byTestId = name => document.querySelector(`[data-testid="${name}"]`);

/** Puts `children` into `parent` in this order; those already in place are not touched. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    const present = parent.children[index];
    if (present !== child) parent.insertBefore(child, present ?? null);
  });
}

/** Writes only what differs, so that screen readers hear of changes alone. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
