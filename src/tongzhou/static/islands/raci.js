/* raci: the keyboard of the responsibility matrix. On the part of the page that is answered as a whole, with
     data-raci-url    where changed cells are posted: cell-<task>-<who> and was-<task>-<who>; answers the part again
     input.raci-cell  in the rows [data-raci-row]
   Arrows move, letters write, Delete clears, Enter goes down. A cell is sent when it is left; a pasted block at once.
   The part also comes again when others change something: the cell that is chosen, and what is typed into cells but
   not sent yet, is kept. */

// Outlives the part, which is replaced with every answer.
const kept = { focus: "", typed: new Map(), waiting: new Map(), sending: false };

export function bind(part, tools) {
  const grid = () => [...part.querySelectorAll("[data-raci-row]")].map((row) => [...row.querySelectorAll(".raci-cell")]);
  const cellAt = (rows, input) => {
    const row = rows.findIndex((cells) => cells.includes(input));
    return row < 0 ? null : { row, column: rows[row].indexOf(input) };
  };
  const plain = (text) => text.toUpperCase().replace(/[\s/,]/g, "");

  function choose(input) {
    if (!input) return;
    input.focus();
    input.select();
    input.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function go(input, down, right) {
    const rows = grid();
    const at = cellAt(rows, input);
    if (at) choose(rows[at.row + down]?.[at.column + right]);
  }

  function put(input) {
    if (plain(input.value) === plain(input.defaultValue)) return;
    kept.waiting.set(input.name, { value: input.value, was: input.defaultValue });
    input.classList.add("is-sent");
  }

  async function send() {
    if (kept.sending || kept.waiting.size === 0) return;
    const values = {};
    for (const [name, { value, was }] of kept.waiting) {
      values[name] = value;
      values[name.replace("cell-", "was-")] = was;
    }
    const names = [...kept.waiting.keys()];
    kept.waiting.clear();
    for (const name of names) kept.typed.delete(name);
    kept.sending = true;
    let status = 0;
    const heard = (event) => { if (names[0] in (event.detail.requestConfig?.parameters ?? {}) || event.detail.requestConfig?.verb === "post") status = event.detail.xhr.status; };
    document.body.addEventListener("htmx:afterRequest", heard);
    try {
      await window.htmx.ajax("POST", part.dataset.raciUrl, { source: document.body, target: "#raci-grid", swap: "outerHTML", values });
    } catch { /* htmx has said it */ } finally {
      document.body.removeEventListener("htmx:afterRequest", heard);
      kept.sending = false;
    }
    const here = document.getElementById("raci-grid");
    if (status === 422) {
      for (const name of names) {
        const input = here?.querySelector(`[name="${name}"]`);
        input?.classList.remove("is-sent");
        input?.classList.add("is-refused");
      }
    } else if (status >= 400) {
      here?.dispatchEvent(new CustomEvent("raci:again"));
    }
    if (kept.waiting.size) send();
  }

  function left(event) {
    const input = event.target;
    if (!input.matches?.(".raci-cell")) return;
    put(input);
    send();
  }

  function pressed(event) {
    const input = event.target;
    if (!input.matches?.(".raci-cell") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const moves = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [event.shiftKey ? -1 : 1, 0],
    };
    if (moves[event.key]) {
      event.preventDefault();
      go(input, ...moves[event.key]);
      // Below the last row there is no cell to go to, and this one is written all the same.
      if (event.key === "Enter") {
        put(input);
        send();
      }
    } else if (event.key === "Delete") {
      event.preventDefault();
      input.value = "";
      put(input);
      send();
    } else if (event.key === "Escape") {
      input.value = input.defaultValue;
      kept.typed.delete(input.name);
      input.select();
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const rows = grid();
      choose(rows[cellAt(rows, input).row].at(event.key === "Home" ? 0 : -1));
    }
  }

  function typed(event) {
    if (!event.target.matches?.(".raci-cell")) return;
    event.target.classList.remove("is-refused");
    kept.typed.set(event.target.name, event.target.value);
  }

  function pasted(event) {
    const input = event.target;
    if (!input.matches?.(".raci-cell")) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/[\t\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
    event.preventDefault();
    const rows = grid();
    const at = cellAt(rows, input);
    let beyond = 0;
    text.replace(/[\r\n]+$/, "").split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, right) => {
      const cell = rows[at.row + down]?.[at.column + right];
      if (!cell) {
        beyond += value.trim() ? 1 : 0;
        return;
      }
      cell.value = value.trim();
      put(cell);
    }));
    if (beyond) tools.toast(tools.say("paste_beyond"), "warn");
    send();
  }

  function chosen(event) {
    if (!event.target.matches?.(".raci-cell")) return;
    kept.focus = event.target.name;
    event.target.select();
  }

  /* Written and left before the page was ready: nobody has heard of it yet. The cell in which somebody still is may
     not be finished. */
  for (const input of grid().flat()) if (input !== document.activeElement) put(input);

  /* Another part may have taken the place of the one in which somebody was writing. */
  for (const [name, value] of [...kept.typed, ...[...kept.waiting].map(([key, each]) => [key, each.value])]) {
    const input = part.querySelector(`[name="${name}"]`);
    if (input) input.value = value;
    else kept.typed.delete(name);
  }
  if (kept.focus && (document.activeElement === document.body || !document.activeElement)) {
    const input = part.querySelector(`[name="${kept.focus}"]`);
    input?.focus({ preventScroll: true });
    if (input && !kept.typed.has(kept.focus)) input.select();
  }
  const frame = part.querySelector("[data-raci-frame]");
  if (frame && kept.scroll) frame.scrollTo(kept.scroll.left, kept.scroll.top);
  frame?.addEventListener("scroll", () => { kept.scroll = { left: frame.scrollLeft, top: frame.scrollTop }; }, { passive: true });
  part.addEventListener("focusin", chosen);
  part.addEventListener("focusout", left);
  part.addEventListener("keydown", pressed);
  part.addEventListener("input", typed);
  part.addEventListener("paste", pasted);
  part.dataset.ready = "yes";
  send();
}
