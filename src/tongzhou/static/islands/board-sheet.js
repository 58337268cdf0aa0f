/* board-sheet: one task of the board, opened beside it. On the <dialog>; the event `board:open` carries
     id       the task; its sheet is fetched from the address in #board-facts
     ask      the part that is asked for (data-ask): it is opened, and the cursor goes there
     values   what goes into that part's fields; clash: the answer 409 with both versions, shown in place
   Forms with data-send go to the API (data-method, data-kind="form" with files); what is refused is said at its field.
   Nothing that is written here is lost when others change the task: they are told of it, the form stays. */

export function bind(dialog, tools) {
  const facts = JSON.parse(document.getElementById("board-facts").textContent);
  const section = dialog.closest("[data-island~=board]");
  let id = 0;
  let asked = 0;

  async function fetchSheet(task) {
    const number = (asked += 1);
    const answer = await tools.send(facts.sheet.replace(/\/0\/$/, `/${task}/`), { method: "GET", headers: { "HX-Request": "true" } });
    if (number !== asked) return false;
    if (!answer.ok) { tools.toast(tools.say("error_forbidden"), "late"); return false; }
    id = task;
    dialog.innerHTML = await answer.text();
    dialog.dataset.task = task;
    tools.adopt(dialog);
    return true;
  }

  async function open({ detail }) {
    if (!(await fetchSheet(detail.id))) return;
    if (!dialog.open) dialog.showModal();
    const part = detail.ask ? dialog.querySelector(`[data-ask~="${detail.ask}"]`) : null;
    if (part?.matches("details")) part.open = true;
    const form = part?.matches("form") ? part : part?.querySelector("form");
    for (const [name, value] of Object.entries(detail.values ?? {})) fillIn(form, name, value);
    if (detail.clash && form) clash(form, detail.clash);
    else (form?.querySelector("input:not([type=hidden], [type=radio]), textarea, input:checked, input[type=radio], button") ?? dialog.querySelector("#sheet-title")).focus();
    part?.scrollIntoView({ block: "nearest" });
  }

  function fillIn(form, name, value) {
    const control = form?.elements[name];
    if (control && name !== "version" && value !== null) control.value = value;
  }

  function bodyOf(form) {
    if (form.dataset.kind === "form") {
      const body = new FormData(form);
      for (const name of ["finished_on", "version"]) if (body.get(name) === "") body.delete(name);
      if (!form.elements.files?.files.length) body.delete("files");
      return { body };
    }
    const values = {};
    for (const control of form.elements) {
      if (!control.name || control.disabled || (control.type === "radio" && !control.checked)) continue;
      // A choice that stays as it is is not sent.
      if (control.matches("select") && control.selectedOptions[0]?.defaultSelected) continue;
      if (control.type === "date" && control.value === control.defaultValue) continue;
      values[control.name] = control.matches("[data-number]") ? (control.value === "" ? null : Number(control.value)) : control.value;
    }
    return { body: JSON.stringify(values), headers: { "Content-Type": "application/json" } };
  }

  async function sent(event) {
    const form = event.target.closest("form[data-send]");
    if (!form) return;
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const answer = await tools.send(form.dataset.send, { method: form.dataset.method ?? "POST", ...bodyOf(form) });
      if (answer.ok) { await done(); return; }
      refused(form, await answer.json().catch(() => ({})));
    } catch {
      tools.toast(tools.say("error_network"), "late");
    } finally {
      button.disabled = false;
    }
  }

  async function done() {
    const task = id;
    close();
    section.dispatchEvent(new CustomEvent("board:changed", { detail: { id: task } }));
  }

  function refused(form, problem) {
    form.querySelectorAll(".form-error").forEach((each) => each.remove());
    form.querySelectorAll("[aria-invalid]").forEach((each) => { each.removeAttribute("aria-invalid"); each.removeAttribute("aria-describedby"); });
    if (problem.mine) { clash(form, problem); return; }
    const fields = problem.fields ?? { __all__: [problem.detail || problem.title || tools.say("error_server")] };
    let first = null;
    for (const [name, texts] of Object.entries(fields)) {
      const found = form.elements[name];
      const control = found instanceof RadioNodeList ? found[0] : found;
      const text = Object.assign(document.createElement("p"), { className: "form-error", id: `sheet-error-${name}`, textContent: texts.join(" ") });
      if (control && control.type !== "hidden") {
        control.setAttribute("aria-invalid", "true");
        control.setAttribute("aria-describedby", text.id);
        (control.closest(".input-row, fieldset") ?? control).after(text);
        first ??= control;
      } else {
        text.setAttribute("role", "alert");
        form.append(text);
      }
    }
    first?.focus();
  }

  /* Both versions, in place: mine is sent again over theirs, or theirs stays. */
  function clash(form, problem) {
    const place = dialog.querySelector("[data-sheet-clash]");
    const shape = dialog.querySelector("[data-clash-template]").content.cloneNode(true);
    const labelOf = (name) => {
      const found = form.elements[name];
      const control = found instanceof RadioNodeList ? found[0] : found;
      return control?.closest("form").querySelector(`label[for="${control.id}"]`)?.textContent.trim() || control?.getAttribute?.("aria-label") || "";
    };
    const inForm = (name) => ({ hindrance: "reason" })[name] ?? name;
    const lines = (side) => Object.entries(side).map(([name, value]) => [labelOf(inForm(name)), value ?? "–"]).filter(([label]) => label).map(([label, value]) => `${label}: ${value}`).join("\n");
    shape.querySelector("[data-mine]").textContent = lines(problem.mine) || form.querySelector("[type=submit]").textContent.trim();
    shape.querySelector("[data-theirs]").textContent = lines(problem.theirs) || "…";
    shape.querySelector("[data-clash-mine]").addEventListener("click", () => {
      place.hidden = true;
      if (form.elements.version) form.elements.version.value = problem.version;
      form.requestSubmit();
    });
    shape.querySelector("[data-clash-theirs]").addEventListener("click", () => open({ detail: { id } }));
    place.replaceChildren(shape);
    place.hidden = false;
    place.focus();
    place.scrollIntoView({ block: "nearest" });
    section.dispatchEvent(new CustomEvent("board:changed", { detail: { id } }));
  }

  function close() {
    if (dialog.open) dialog.close();
  }

  /* Back to the card from which it was opened, wherever it stands now. */
  function closed() {
    section.querySelector(`[data-board-place] [data-task="${id}"] .board-link`)?.focus();
    dialog.replaceChildren();
    delete dialog.dataset.task;
    id = 0;
  }

  function news(event) {
    if (event.detail.id !== id || !dialog.open) return;
    const note = dialog.querySelector("[data-sheet-news]");
    if (note) note.hidden = false;
  }

  function clicked(event) {
    if (event.target === dialog || event.target.closest("[data-sheet-close]")) close();
  }

  dialog.addEventListener("board:open", open);
  dialog.addEventListener("submit", sent);
  dialog.addEventListener("click", clicked);
  dialog.addEventListener("close", closed);
  section.addEventListener("board:news", news);
}
