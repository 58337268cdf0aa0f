/* dirty: warns before a page with unsaved text is left. On a <form>; with autosave beside it, only what has not been
   saved counts (autosave keeps data-unsaved). */

export function bind(form) {
  let changed = false;
  const autosaved = Boolean(form.dataset.autosaveUrl);
  const unsaved = () => (autosaved ? form.dataset.unsaved === "yes" : changed);
  const typed = (event) => { if (event.target.name && event.target.type !== "search") changed = true; };
  const sent = () => { changed = false; };
  const leaving = (event) => { if (unsaved()) event.preventDefault(); };
  form.addEventListener("input", typed);
  form.addEventListener("rows:changed", () => { changed = true; });
  form.addEventListener("submit", sent);
  form.addEventListener("htmx:beforeRequest", sent);
  addEventListener("beforeunload", leaving);
  return () => removeEventListener("beforeunload", leaving);
}
