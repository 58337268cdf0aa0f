/* hold: a part of the page that refetches itself on live news waits while somebody is writing in it. On an element with
     hx-get and hx-trigger="live:… from:body, hold:over"
   "Writing" is an open <details> with a form, a form fetched into the page ([data-hold]), text that is not saved yet, or
   the cursor in a field. What was held back is fetched afterwards. */

export function bind(part) {
  let held = false;
  const writing = () => part.querySelector("details[open] form, [data-hold], form[data-unsaved='yes']") !== null
    || Boolean(part.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), textarea, select"));

  function asked(event) {
    if (event.target !== part || !writing()) return;
    event.preventDefault();
    held = true;
  }

  /* Somebody may have begun to write while the answer was on its way. */
  function answered(event) {
    if (event.detail.requestConfig?.elt !== part || !writing()) return;
    event.detail.shouldSwap = false;
    held = true;
  }

  function perhapsOver() {
    if (!held || writing() || !part.isConnected) return;
    held = false;
    part.dispatchEvent(new CustomEvent("hold:over"));
  }

  const later = () => setTimeout(perhapsOver, 200);
  part.addEventListener("htmx:beforeRequest", asked);
  part.addEventListener("htmx:beforeSwap", answered);
  part.addEventListener("toggle", later, true);
  part.addEventListener("focusout", later);
  part.addEventListener("autosave:saved", later);
  return () => part.removeEventListener("htmx:beforeRequest", asked);
}
