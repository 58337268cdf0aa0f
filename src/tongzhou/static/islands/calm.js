/* calm: a part of a page that refetches itself when others change it, but never while somebody is writing in it. On an
   element with hx-get and hx-trigger="live:… from:body, calm". While it holds the focus, unsaved text or a form that was
   begun, the refetch is put off; once it is quiet the event `calm` fetches. */

export function bind(part, tools) {
  let waiting = false;
  let begun = false;

  const writes = (control) => control?.matches?.("input:not([type=hidden]), textarea, select");
  const busy = () => begun || (writes(document.activeElement) && part.contains(document.activeElement))
    || part.querySelector("form[data-unsaved='yes'], .entry-form, details.menu[open]") !== null;

  const later = tools.settle(() => {
    if (!waiting || !part.isConnected) return;
    if (busy()) return;
    waiting = false;
    window.htmx?.trigger(part, "calm");
  }, 400);

  function before(event) {
    if (event.detail.elt !== part) return;
    if (busy()) { event.preventDefault(); waiting = true; }
  }

  /* The answer may come while somebody has just begun to write. */
  function swapping(event) {
    if (event.detail.requestConfig?.elt !== part || !busy()) return;
    event.detail.shouldSwap = false;
    waiting = true;
  }

  function typed(event) {
    const form = event.target.form;
    if (form && !form.dataset.autosaveUrl && writes(event.target)) begun = true;
  }

  part.addEventListener("htmx:beforeRequest", before);
  part.addEventListener("htmx:beforeSwap", swapping);
  part.addEventListener("input", typed);
  part.addEventListener("focusout", later);
  part.addEventListener("toggle", later, true);
  part.addEventListener("autosave:saved", later);
  return () => later.stop();
}
