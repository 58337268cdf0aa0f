/* hold: a part of the page that refetches itself on live news waits while somebody is writing in it. On an element with
     hx-get and hx-trigger="live:… from:body, hold:over"
   "Writing" is a form in an open <details> with something typed into it, a form fetched into the page ([data-hold]), text
   that is not saved yet, the cursor in a field, or a press whose answer is on its way. What was held back is fetched afterwards; what was open stays open. */

const IN_FIELD = "input:not([type=hidden]), textarea, select";

function touched(control) {
  if (!control.matches(IN_FIELD)) return false;
  if (control.matches("select")) return control.selectedIndex !== Math.max(0, [...control.options].findIndex((option) => option.defaultSelected));
  return ["checkbox", "radio"].includes(control.type) ? control.checked !== control.defaultChecked : control.value !== control.defaultValue;
}

export function bind(part) {
  let held = false;
  const writing = () => part.querySelector("[data-hold], form[data-unsaved='yes'], .htmx-request") !== null
    || [...part.querySelectorAll("details[open] form")].some((form) => [...form.elements].some(touched))
    || Boolean(part.contains(document.activeElement) && document.activeElement.matches(IN_FIELD));

  function asked(event) {
    if (event.target !== part || !writing()) return;
    event.preventDefault();
    held = true;
  }

  /* Somebody may have begun to write while the answer was on its way. */
  function answered(event) {
    if (event.detail.requestConfig?.elt !== part) return;
    if (writing()) {
      event.detail.shouldSwap = false;
      held = true;
    } else {
      keepOpen();
    }
  }

  function keepOpen() {
    const open = [...part.querySelectorAll("details:not(.menu)")].map((details) => details.open);
    if (!open.includes(true)) return;
    document.body.addEventListener("htmx:load", function loaded(event) {
      if (event.target.id !== part.id) return;
      document.body.removeEventListener("htmx:load", loaded);
      event.target.querySelectorAll("details:not(.menu)").forEach((details, index) => { details.open ||= Boolean(open[index]); });
    });
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
  part.addEventListener("htmx:afterRequest", later);
  return () => part.removeEventListener("htmx:beforeRequest", asked);
}
