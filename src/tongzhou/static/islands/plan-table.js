/* plan-table: the keyboard of the task list. On the frame around a table whose rows have
     data-task, data-edit-url   a row that may be written in ([data-row-edit] is its button)
     [data-move="up|down|in|out"]   buttons of a row that may be moved
     data-paste-url             on the frame: rows copied from a spreadsheet are posted here
   ↑ ↓ choose a row, Enter writes in it, Escape leaves it, Alt+arrows move it. After the table came back the row that
   was chosen is chosen again. */

export function bind(frame, tools) {
  const rows = () => [...frame.querySelectorAll("tr[data-task]")];
  const row = () => document.activeElement?.closest?.("tr[data-task]");
  const writing = (element) => element.matches("input, select, textarea, [contenteditable]");

  function choose(other) {
    if (!other) return;
    other.focus();
    other.scrollIntoView({ block: "nearest" });
  }

  function pressed(event) {
    const editing = event.target.closest("[data-edit-row]");
    if (editing) {
      if (event.key === "Escape") editing.querySelector("[data-row-cancel]")?.click();
      if (event.key === "Enter" && event.target.matches("select")) editing.querySelector("[type=submit]")?.click();
      return;
    }
    const here = row();
    if (!here || writing(event.target)) return;
    const all = rows();
    const at = all.indexOf(here);
    const moves = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
    if (event.altKey && moves[event.key]) {
      event.preventDefault();
      here.querySelector(`[data-move="${moves[event.key]}"]`)?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      choose(all[at + 1]);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      choose(all[at - 1]);
    } else if (event.key === "Enter" && event.target === here) {
      event.preventDefault();
      here.querySelector("[data-row-edit]")?.click();
    } else if (event.key === " " && event.target === here) {
      event.preventDefault();
      here.querySelector("input[type=checkbox]")?.click();
    }
  }

  function clicked(event) {
    const here = event.target.closest("tr[data-task]");
    if (here && !event.target.closest("a, button, input, select, label")) here.focus();
  }

  function doubled(event) {
    event.target.closest("tr[data-task]")?.querySelector("[data-row-edit]")?.click();
  }

  async function pasted(event) {
    if (writing(event.target)) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.trim()) return;
    event.preventDefault();
    const body = new FormData();
    body.append("text", text);
    window.htmx.ajax("POST", frame.dataset.pasteUrl, { values: { text }, target: "#plan-rows", swap: "outerHTML" });
  }

  frame.tabIndex = 0;
  rows().forEach((each) => { each.tabIndex = -1; });
  if (rows()[0]) rows()[0].tabIndex = 0;
  frame.addEventListener("keydown", pressed);
  frame.addEventListener("click", clicked);
  frame.addEventListener("dblclick", doubled);
  frame.addEventListener("paste", pasted);
  frame.dataset.ready = "yes";
  void tools;
}
