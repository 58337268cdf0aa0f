/* conflict: both versions side by side (components/conflict.html), chosen part by part. On the section with
     data-version            the version that is there now; goes into the form's [name="version"]
     data-hidden             JSON: other hidden inputs of the form and what goes into them
     data-conflict-field     around each part, the name of the form's field
     [data-choose]           mine · theirs · both: what to write into the field; the other text stays on the page
   Inside a form it belongs to that form, else to the first of the page that has the field.
   Once every part is chosen the form gets `conflict:resolved` and saves again. */

export function bind(section, tools) {
  const parts = [...section.querySelectorAll("[data-conflict-field]")];
  const own = section.closest("form");
  const within = (name) => `[name="${CSS.escape(name)}"]:not([type="hidden"])`;
  const named = (name) => own?.querySelector(within(name)) ?? (own ? null : document.querySelector(`main form ${within(name)}`));
  const forms = new Set();

  function choose(event) {
    const button = event.target.closest("[data-choose]");
    if (!button) return;
    const part = button.closest("[data-conflict-field]");
    const control = named(part.dataset.conflictField);
    const mine = part.querySelector("[data-mine]").textContent;
    const shown = part.querySelector("[data-theirs]");
    const theirs = shown.dataset.value ?? shown.textContent;
    const words = { mine: control?.value ?? mine, theirs, both: `${control?.value ?? mine}\n\n${theirs}` }[button.dataset.choose];
    if (control) {
      control.value = words;
      control.dispatchEvent(new Event("input", { bubbles: true }));
      if (control.form) forms.add(control.form);
    }
    part.dataset.chosen = button.dataset.choose;
    for (const other of part.querySelectorAll("[data-choose]")) other.setAttribute("aria-pressed", String(other === button));
    if (parts.every((each) => each.dataset.chosen)) finish();
  }

  function finish() {
    const form = own ?? [...forms][0] ?? document.querySelector("main form[data-autosave-url]");
    if (form?.elements.version) form.elements.version.value = section.dataset.version;
    for (const [name, value] of Object.entries(JSON.parse(section.dataset.hidden || "{}"))) {
      if (form?.elements[name]) form.elements[name].value = value;
    }
    form?.dispatchEvent(new CustomEvent("conflict:resolved"));
    section.hidden = true;
    const first = named(parts[0]?.dataset.conflictField ?? "");
    first?.focus();
  }

  section.addEventListener("click", choose);
  section.querySelector("#conflict-title")?.focus();
  tools.announce(section.querySelector("#conflict-title")?.textContent.trim() ?? "");
}
