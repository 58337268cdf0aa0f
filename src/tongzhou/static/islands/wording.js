/* wording: hints while a sentence is written; they explain and never block. On the field's frame with
     data-check-url    POST text=… (and the form's other small fields named in data-check-with, comma separated);
                       answers components/hints.html
     [data-hints]      where the answer goes
   In the answer [data-insert] puts the [data-rewrite] frame into the field, after what is written. */

export function bind(frame, tools) {
  const control = frame.querySelector("textarea, input:not([type=hidden])");
  const place = frame.querySelector("[data-hints]");
  if (!control || !place) return undefined;
  let asked = "";
  let request = null;

  const others = () => (frame.dataset.checkWith ?? "").split(",").map((name) => control.form?.elements[name.trim()]).filter((other) => other?.name);

  async function check() {
    const text = control.value.trim();
    const body = new URLSearchParams({ text });
    for (const other of others()) body.set(other.name, other.value);
    if (String(body) === asked) return;
    asked = String(body);
    request?.abort();
    if (text.length < 2) { place.replaceChildren(); return; }
    request = new AbortController();
    try {
      const answer = await tools.send(frame.dataset.checkUrl, { body, headers: { "HX-Request": "true" }, signal: request.signal });
      if (!answer.ok) return;
      place.innerHTML = await answer.text();
    } catch (failure) {
      if (failure.name !== "AbortError") asked = "";
    }
  }

  const soon = tools.settle(check, 450);
  control.addEventListener("input", soon);
  // Not at once: hints that come or go while a button is being pressed would move it away from under the finger.
  control.addEventListener("blur", soon);
  for (const other of others()) other.addEventListener("input", soon);
  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-insert]")) return;
    const words = place.querySelector("[data-rewrite]").textContent.trim();
    const gap = control.value && !/\s$/.test(control.value) ? (control.matches("textarea") ? "\n" : " ") : "";
    control.setRangeText(gap + words, control.value.length, control.value.length, "end");
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.focus();
    tools.announce(tools.say("text_inserted"));
  });
  if (control.value.trim()) soon();
  return () => { soon.stop(); request?.abort(); };
}
