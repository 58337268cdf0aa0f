/* hold: a part of the page that refetches itself on live news waits while somebody is writing in it. On an element with
     hx-get and hx-trigger="live:… from:body, hold:over"
   "Writing" is an open <details> with a form, or the cursor in a field. What was held back is fetched afterwards. */

export function bind(part) {
  let held = false;
  const writing = () => Boolean(part.querySelector("details[open] form"))
    || Boolean(part.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), textarea, select"));

  function asked(event) {
    if (event.target !== part || !writing()) return;
    event.preventDefault();
    held = true;
  }

  function perhapsOver() {
    if (!held || writing()) return;
    held = false;
    part.dispatchEvent(new CustomEvent("hold:over"));
  }

  const later = () => setTimeout(perhapsOver, 200);
  part.addEventListener("htmx:beforeRequest", asked);
  part.addEventListener("toggle", later, true);
  part.addEventListener("focusout", later);
  return () => part.removeEventListener("htmx:beforeRequest", asked);
}
