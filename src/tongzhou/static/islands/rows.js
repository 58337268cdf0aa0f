/* rows: a table of a formset whose rows are added, removed and moved by mouse and keyboard. On a container with
     data-prefix        the formset's prefix; its management form lies inside
     <template data-row-template>   one empty row ({{ formset.empty_form }} with __prefix__)
     [data-rows]        the element that holds the rows (tbody or list); each row has data-row
     [data-row-add]     button · inside a row: [data-row-remove] [data-row-up] [data-row-down] [data-row-handle]
     data-max           most rows (optional)
   Alt+Arrow moves the row that has the focus, Ctrl+Enter adds one below. Hidden inputs named …-ORDER and …-DELETE are
   kept. The container fires `rows:changed` after each act; a removal can be undone. `rows:grow` with detail {total} adds
   empty rows until there are as many (text kept in the browser is being put back); after `rows:restored` removed rows are
   hidden again and the others stand in their order. */

export async function bind(box, tools) {
  const prefix = box.dataset.prefix;
  const holder = box.querySelector("[data-rows]");
  const template = box.querySelector("template[data-row-template]");
  const total = box.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const rows = () => [...holder.querySelectorAll(":scope > [data-row]")];
  const shown = () => rows().filter((row) => !row.hidden);
  const input = (row, end) => row.querySelector(`[name$="-${end}"]`);

  function settled() {
    shown().forEach((row, index) => {
      const order = input(row, "ORDER");
      if (order) order.value = index + 1;
      const number = row.querySelector("[data-row-number]");
      if (number) number.textContent = index + 1;
      row.querySelectorAll("[data-row-up]").forEach((button) => { button.disabled = index === 0; });
      row.querySelectorAll("[data-row-down]").forEach((button) => { button.disabled = index === shown().length - 1; });
    });
    const most = Number(box.dataset.max || 1000);
    box.querySelectorAll("[data-row-add]").forEach((button) => { button.disabled = shown().length >= most; });
    box.querySelectorAll("[data-rows-empty]").forEach((note) => { note.hidden = shown().length > 0; });
  }

  /* As the hidden inputs say, which a form that came back or was put back brings along. */
  function arrange() {
    const place = (row) => Number(input(row, "ORDER")?.value || 100000);
    for (const row of rows()) {
      const mark = input(row, "DELETE");
      row.hidden = Boolean(mark && (mark.type === "checkbox" ? mark.checked : mark.value));
    }
    const wanted = rows().toSorted((one, other) => place(one) - place(other));
    if (rows().some((row, index) => row !== wanted[index])) holder.append(...wanted);
    settled();
  }

  function changed() {
    settled();
    box.dispatchEvent(new Event("rows:changed", { bubbles: true }));
  }

  function add(after = null, { focus = true } = {}) {
    const number = Number(total.value);
    const copy = template.innerHTML.replaceAll("__prefix__", String(number));
    const shell = document.createElement("template");
    shell.innerHTML = copy;
    const row = shell.content.querySelector("[data-row]");
    if (after) after.after(row); else holder.append(row);
    total.value = number + 1;
    tools.adopt(row);
    if (focus) row.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    tools.announce(tools.say("add_row"));
    changed();
    return row;
  }

  function remove(row) {
    const mark = input(row, "DELETE");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    if (mark) { if (mark.type === "checkbox") mark.checked = true; else mark.value = "on"; }
    row.hidden = true;
    row.querySelectorAll("[required]").forEach((control) => { control.required = false; control.dataset.wasRequired = "yes"; });
    changed();
    (next?.querySelector("input:not([type=hidden]), textarea, select") ?? box.querySelector("[data-row-add]"))?.focus();
    tools.toast(tools.say("remove_row"), "progress", {
      undo() {
        if (mark) { if (mark.type === "checkbox") mark.checked = false; else mark.value = ""; }
        row.hidden = false;
        row.querySelectorAll("[data-was-required]").forEach((control) => { control.required = true; });
        changed();
      },
    });
  }

  function move(row, step) {
    const order = shown();
    const other = order[order.indexOf(row) + step];
    if (!other) return;
    const focused = document.activeElement;
    if (step < 0) other.before(row); else other.after(row);
    changed();
    (row.contains(focused) && !focused.disabled ? focused : row.querySelector("input:not([type=hidden]), textarea, select"))?.focus();
    tools.announce(tools.say(step < 0 ? "move_up" : "move_down", { row: shown().indexOf(row) + 1 }));
  }

  box.addEventListener("rows:grow", (event) => {
    while (Number(total.value) < Math.min(event.detail.total, Number(box.dataset.max || 1000))) add(null, { focus: false });
  });
  box.addEventListener("rows:restored", arrange);
  box.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (event.target.closest("[data-row-add]")) add();
    else if (row && event.target.closest("[data-row-remove]")) remove(row);
    else if (row && event.target.closest("[data-row-up]")) move(row, -1);
    else if (row && event.target.closest("[data-row-down]")) move(row, 1);
  });
  box.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      move(row, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      add(row);
    }
  });
  arrange();
  box.dataset.rowsReady = "yes";
  if (!holder.querySelector("[data-row-handle]") && !template?.innerHTML.includes("data-row-handle")) return undefined;
  const { default: Sortable } = await tools.library("sortable");
  const sorting = Sortable.create(holder, { handle: "[data-row-handle]", draggable: "[data-row]", animation: 120, onEnd: changed });
  return () => sorting.destroy();
}
