/* search: `/` or Ctrl-K goes to the search field; Escape leaves it. On the search form. */

export function bind(form) {
  const field = form.querySelector("input[type=search]");
  const writing = (element) => element?.closest?.("input, textarea, select, [contenteditable=true]");
  const pressed = (event) => {
    const asks = (event.key === "/" && !writing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey)
      || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
    if (!asks || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  };
  document.addEventListener("keydown", pressed);
  field.addEventListener("keydown", (event) => { if (event.key === "Escape") field.blur(); });
  return () => document.removeEventListener("keydown", pressed);
}
