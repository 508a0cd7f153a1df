/**
 * Enter sends, Shift+Enter begins a line. Calls `post(text)`, trimmed and never empty, and `typing()`
 * while it is written.
 */
export function startComposer(form, post, typing) {
  const input = form.elements.message;
  const fit = () => {
    input.style.height = 'auto';
    input.style.height = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`;
  };
  input.oninput = () => {
    fit();
    if (input.value.trim()) typing();
  };
  input.onkeydown = event => {
    // While an input method composes, Enter accepts its suggestion.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  };
  form.onsubmit = event => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    post(text);
    input.value = '';
    fit();
    input.focus();
  };
  fit();
  if (matchMedia('(pointer: fine)').matches) input.focus();
}
