/* autosave: a draft saves itself while it is written. On a <form> with
     data-autosave-url       POST of the form's fields (no files). Answers:
                             200 {"version": 4, "saved_at": "14:03"} · 409 the conflict partial as HTML ·
                             422 {"errors": {field: [text]}}: the text stays, the reason is shown at the field.
                             A 200 may carry "errors" too (the rest was saved), "fields" {name: value} that others
                             changed or that are hidden keys, "rows_differ" when others added or removed rows
     data-autosave-live      a topic: when others save, what they changed is fetched into the fields
     data-autosave-now       saves at once (a form that came back with the typed text)
     data-autosave-careful   keeps its old version while another's text could not be taken in because somebody was typing
                             there: the next save is then compared, and nothing is overwritten
     [name="version"]        hidden input, kept up to date from the answers
     [data-conflict]         inside the form: where two versions are shown; else the page's #conflict
     [data-save-state]       where "Saved 14:03" is said (components/save_state.html)
   Typed text is never lost: what could not be saved waits in the tab's session storage and is tried again with growing
   pauses; it survives a reload and is put back into the form. */

const WAIT = 1200;
const LONGEST_PAUSE = 60;

export function bind(form, tools) {
  const url = form.dataset.autosaveUrl;
  const state = form.querySelector("[data-save-state]") ?? document.createElement("span");
  const key = `tongzhou.draft:${url}`;
  let dirty = false;
  let running = false;
  let failures = 0;
  let conflict = false;
  let restoring = false;
  let toldOfRows = false;
  let retry = 0;

  function show(name, places) {
    state.dataset.state = name;
    state.textContent = tools.say(`autosave_${name}`, places);
    form.dataset.unsaved = ["waiting", "saving", "failed", "refused", "conflict"].includes(name) ? "yes" : "";
  }

  function fields() {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.delete("csrfmiddlewaretoken");
    return data;
  }

  function keep() {
    try { sessionStorage.setItem(key, JSON.stringify([...fields()])); } catch { /* storage full or forbidden: the form still holds the text */ }
  }

  function forget() {
    try { sessionStorage.removeItem(key); } catch { /* nothing was kept */ }
  }

  function grown(box, total) {
    if (Number(box.querySelector(`[name="${box.dataset.prefix}-TOTAL_FORMS"]`)?.value ?? total) >= total) return null;
    const grow = () => box.dispatchEvent(new CustomEvent("rows:grow", { detail: { total } }));
    if (box.dataset.rowsReady) return grow();
    return new Promise((done) => {
      box.addEventListener("island:ready", function ready(event) {
        if (event.target !== box) return;
        box.removeEventListener("island:ready", ready);
        grow();
        done();
      });
    });
  }

  async function restore() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(key)); } catch { /* nothing usable was kept */ }
    if (!kept) return;
    restoring = true;
    const values = Map.groupBy ? Map.groupBy(kept, ([name]) => name) : group(kept);
    let differs = false;
    for (const box of form.querySelectorAll("[data-prefix]")) {
      const total = Number(values.get(`${box.dataset.prefix}-TOTAL_FORMS`)?.[0]?.[1] ?? 0);
      await grown(box, total);
    }
    for (const control of form.elements) {
      if (!control.name || control.type === "file" || control.name === "csrfmiddlewaretoken" || !values.has(control.name)) continue;
      const wanted = values.get(control.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(control.type)) control.checked = wanted.includes(control.value);
      else if (control.multiple) for (const option of control.options) option.selected = wanted.includes(option.value);
      else {
        if (control.name.endsWith("-TOTAL_FORMS")) continue;
        if ((control.type !== "hidden" || /-(DELETE|ORDER)$/.test(control.name)) && control.value !== wanted[0]) differs = true;
        control.value = wanted[0];
      }
    }
    form.querySelectorAll("[data-prefix]").forEach((box) => box.dispatchEvent(new Event("rows:restored")));
    restoring = false;
    if (differs) { dirty = true; show("waiting"); soon(); } else forget();
  }

  function group(pairs) {
    const groups = new Map();
    for (const pair of pairs) groups.set(pair[0], [...(groups.get(pair[0]) ?? []), pair]);
    return groups;
  }

  function marks(errors) {
    form.querySelectorAll("[data-autosave-error]").forEach((old) => old.remove());
    for (const [name, reasons] of Object.entries(errors ?? {})) {
      const control = form.elements[name];
      const place = (control?.length && !control.options ? control[0] : control)?.closest(".form-field, td");
      if (!place) continue;
      const note = Object.assign(document.createElement("div"), { className: "form-error", textContent: reasons.join(" ") });
      note.dataset.autosaveError = name;
      place.append(note);
    }
  }

  /* What others wrote, and hidden keys of new rows; a field somebody is typing in is left alone. */
  function take(given, sent) {
    let all = true;
    for (const [name, value] of Object.entries(given ?? {})) {
      const control = form.elements[name];
      if (!control || control instanceof RadioNodeList) continue;
      if (control.type === "checkbox") { control.checked = Boolean(value); continue; }
      if (control.type !== "hidden" && control.value.replaceAll("\r\n", "\n") !== String(sent.get(name) ?? "").replaceAll("\r\n", "\n")) { all = false; continue; }
      control.value = value;
      if (control.type !== "hidden") control.classList.add("flash");
    }
    return all;
  }

  async function save({ last = false } = {}) {
    clearTimeout(retry);
    if (!dirty || running || conflict) return;
    running = true;
    dirty = false;
    keep();
    show("saving");
    const sent = fields();
    try {
      const answer = await tools.send(url, { body: sent, headers: { "X-Autosave": "1", Accept: "application/json, text/html" }, keepalive: last });
      if (answer.status === 409) {
        dirty = true;
        await clash(await answer.text());
      } else if (answer.status === 422 || answer.status === 400) {
        dirty = true;
        marks((await answer.json().catch(() => ({}))).errors);
        show("refused");
      } else if (answer.ok) {
        const { version, saved_at: time, fields: given, errors, rows_differ: rowsDiffer } = await answer.json();
        const taken = take(given, sent) || !("autosaveCareful" in form.dataset);
        if (version !== undefined && form.elements.version && taken) form.elements.version.value = version;
        failures = 0;
        marks(errors);
        if (rowsDiffer && !toldOfRows) tools.toast(tools.say("autosave_rows"), "warn");
        toldOfRows = toldOfRows || rowsDiffer;
        if (errors && Object.keys(errors).length) show("refused");
        else {
          if (!dirty) forget();
          show("saved", { time });
        }
        form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true }));
      } else if (answer.status === 401 || answer.status === 403) {
        dirty = true;
        show("failed");
        tools.toast(tools.say("signed_out"), "warn");
      } else {
        throw new Error(`autosave: ${answer.status}`);
      }
    } catch {
      dirty = true;
      failures += 1;
      show("failed");
      retry = setTimeout(save, Math.min(2 ** failures, LONGEST_PAUSE) * 1000);
    } finally {
      running = false;
      if (dirty && !conflict && state.dataset.state === "saved") { show("waiting"); soon(); }
    }
  }

  async function clash(html) {
    conflict = true;
    show("conflict");
    const place = form.querySelector("[data-conflict]") ?? document.getElementById("conflict") ?? form;
    const box = document.createElement("div");
    box.innerHTML = html;
    place.replaceChildren(...box.childNodes);
    tools.adopt(place);
    place.querySelector("[tabindex='-1']")?.focus();
  }

  const soon = tools.settle(save, WAIT);

  function typed(event) {
    if (restoring || event.target.type === "file" || event.target.name === "version") return;
    dirty = true;
    keep();
    if (!conflict) { show("waiting"); soon(); }
  }

  function resolved() {
    conflict = false;
    dirty = true;
    show("waiting");
    soon.now();
  }

  function leaving() {
    if (document.visibilityState === "hidden" && dirty) { soon.stop(); save({ last: true }); }
  }

  const others = tools.settle(() => { if (!dirty && !running && !conflict) { dirty = true; save(); } }, 400);
  const online = () => { if (dirty) { failures = 0; save(); } };
  const submitted = () => { soon.stop(); clearTimeout(retry); forget(); form.dataset.unsaved = ""; };

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("rows:changed", typed);
  form.addEventListener("conflict:resolved", resolved);
  form.addEventListener("submit", submitted);
  document.addEventListener("visibilitychange", leaving);
  addEventListener("online", online);
  const topic = form.dataset.autosaveLive && `live:${form.dataset.autosaveLive}`;
  if (topic) document.body.addEventListener(topic, others);
  restore();
  if ("autosaveNow" in form.dataset) { dirty = true; soon(); }
  return () => {
    soon.stop();
    clearTimeout(retry);
    others.stop();
    if (topic) document.body.removeEventListener(topic, others);
    document.removeEventListener("visibilitychange", leaving);
    removeEventListener("online", online);
  };
}
