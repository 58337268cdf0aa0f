/* board: draws the tasks of a project as kanban, table or calendar. On a section with
     #board-words, #board-facts   json_script: what it says; addresses, view, grouping, statuses, what may be done
     [data-board-place]           where it draws (without scripts a plain list stands there)
     data-query                   the filters; island board-filters changes it and says `board:filtered`
     [data-board-badges]          badges of states and risks, and small icons, to be copied
     [data-board-bulk]            the bar of island board-bulk, which hears `board:chosen` {tasks} and says `board:unchosen`
   A task is opened in the dialog (island board-sheet) by the event `board:open` {id, ask, …}; after `board:changed` and
   after changes of others (live:<topic>) only what changed is fetched and drawn anew. What somebody writes in stays. */

const UNFINISHED = ["not_started", "in_progress", "blocked"];
const AT_FIRST = { kanban: 40, table: 200, calendar: 3 };
const DAY = 86_400_000;

export async function bind(section, tools) {
  const words = JSON.parse(document.getElementById("board-words").textContent);
  const facts = JSON.parse(document.getElementById("board-facts").textContent);
  const place = section.querySelector("[data-board-place]");
  const bulk = section.querySelector("[data-board-bulk]");
  const labels = Object.fromEntries([...facts.statuses, ...facts.risks]);
  const say = (key, places = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
  const tasks = new Map();
  const drawn = new Map();
  const chosen = new Set();
  const shown = new Map();
  let known = { departments: {}, colours: {}, owners: {}, objectives: {}, off: [], mine: [], accepts: {}, today: "", seq: 0 };
  let outlook = {};
  let group = facts.group;
  let mine = new Set();
  let month = "";
  let column = "";
  let dragging = false;
  let Sortable = null;
  let columnsOf = [];
  if (!place) return undefined;

  /* ---- small parts */
  function make(tag, { text, css, data, ...rest } = {}, ...children) {
    const element = Object.assign(document.createElement(tag), rest);
    if (text !== undefined) element.textContent = text;
    if (css) element.className = css;
    Object.assign(element.dataset, data ?? {});
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }
  const badge = (name) => [...section.querySelector(`[data-badge="${name}"]`).childNodes].map((node) => node.cloneNode(true))[0];
  const monthDay = (text) => `${Number(text.slice(5, 7))}-${Number(text.slice(8, 10))}`;
  const days = (from, to) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
  const mayMove = (row) => facts.open && (mine.has(row.id) || row.id in known.accepts);
  const mayStop = facts.open && facts.runs;
  const mayState = (row) => facts.open && UNFINISHED.includes(row.status) && (facts.runs || mine.has(row.id));
  const isLate = (row) => row.late > 0;

  function dueWords(row) {
    if (row.finished) return say("finished", { day: monthDay(row.finished) });
    if (!row.finish) return words.no_date;
    const left = days(known.today, row.finish);
    if (left === 0) return words.today;
    if (left === 1) return words.tomorrow;
    return say("due", { day: monthDay(row.finish) });
  }

  function departmentChip(row) {
    return row.department ? make("span", { css: `dept-chip ${known.colours[row.department] ?? ""}`, text: known.departments[row.department] ?? "" }) : null;
  }

  /* What the facts say beside what people say, where the facts are worse. */
  function computedRisk(row) {
    const told = outlook[row.id];
    const weight = { "": 0, low: 0, medium: 1, high: 2 };
    if (!told || weight[told.computed] <= weight[row.risk ?? ""]) return null;
    const level = labels[told.computed];
    return make("span", { css: "board-computed", text: say("computed", { level }), title: say("computed_title", { level, why: told.words }) });
  }

  function tick(row) {
    if (!bulk) return null;
    const box = make("input", { type: "checkbox", css: "form-check-input board-tick", tabIndex: -1, checked: chosen.has(row.id) });
    box.setAttribute("aria-label", say("select", { title: row.title }));
    return box;
  }

  function link(row) {
    const anchor = make("a", { css: "board-link", href: facts.task.replace(/\/0\/$/, `/${row.id}/`), text: row.title, data: { open: row.id } });
    return anchor;
  }

  /* ---- one card, one line */
  function card(row) {
    const marks = [
      facts.look === "kanban" && group === "status" && row.status !== "reported" ? null : badge(row.status),
      isLate(row) ? make("span", { css: "status tone-late" }, badge("icon-late"), say("days_late", { count: row.late })) : null,
      row.risk ? badge(row.risk) : null,
      computedRisk(row),
      row.id in known.accepts ? make("span", { css: "status tone-warn", text: words.waits_for_you }) : null,
    ];
    const reason = row.status === "blocked" || row.status === "cancelled" ? row.hindrance : isLate(row) || row.risk ? row.reason : "";
    const element = make(
      "li",
      { css: `board-card ${known.colours[row.department] ?? ""} ${isLate(row) ? "is-late" : ""} ${mayMove(row) ? "is-mine" : ""}`, data: { task: row.id } },
      make("div", { css: "board-card-head" }, make("span", { css: "board-no", text: row.number }), row.milestone ? badge("icon-milestone") : null, tick(row)),
      link(row),
      make("div", { css: "board-marks" }, ...marks.filter(Boolean)),
      reason ? make("p", { css: "board-reason", text: reason }) : null,
      isLate(row) && !row.reason && mayState(row) ? make("button", { type: "button", css: "btn btn-sm board-ask", text: words.no_reason, data: { open: row.id, ask: "risk" } }) : null,
      make(
        "div",
        { css: "board-foot" },
        departmentChip(row),
        make("span", { css: "board-owner" }, row.owner ? badge("icon-user") : null, known.owners[row.owner] ?? ""),
        make("span", { css: "board-due", title: row.finish ?? "" }, badge("icon-due"), dueWords(row)),
        UNFINISHED.includes(row.status) && row.percent ? make("span", { css: "board-part", text: `${row.percent} %` }) : null,
      ),
    );
    return element;
  }

  function line(row) {
    const percent = facts.open && UNFINISHED.includes(row.status) && mine.has(row.id) ? make("input", { type: "number", css: "form-control board-percent", min: 0, max: 99, value: row.percent, defaultValue: row.percent, data: { percent: row.id } }) : null;
    percent?.setAttribute("aria-label", `${words.percent} · ${row.title}`);
    let risk = row.risk ? badge(row.risk) : "";
    if (mayState(row)) {
      risk = make("select", { css: "form-select board-risk", data: { risk: row.id } }, new Option(words.choose_risk, "", false, !row.risk), ...facts.risks.map(([value, label]) => new Option(label, value, false, value === row.risk)));
      risk.setAttribute("aria-label", `${words.risk} · ${row.title}`);
    }
    const cell = (name, options, ...children) => make("td", { data: { label: words[name] }, ...options }, ...children);
    return make(
      "tr",
      { css: isLate(row) ? "is-late" : "", data: { task: row.id } },
      bulk ? make("td", {}, tick(row)) : null,
      cell("number", { text: row.number }),
      make("th", { scope: "row", data: { label: words.task } }, link(row)),
      cell("department", {}, departmentChip(row)),
      cell("owner", { text: known.owners[row.owner] ?? "" }),
      cell("status", {}, badge(row.status), isLate(row) ? make("span", { css: "status tone-late ms-1" }, badge("icon-late"), say("days_late", { count: row.late })) : null),
      cell("percent", { css: "number" }, percent ?? `${row.percent} %`),
      cell("finish", { css: "board-date", text: row.finish ?? "" }),
      cell("risk", {}, risk, computedRisk(row)),
      cell("reason", { text: (row.status === "blocked" ? row.hindrance : row.reason) ?? "" }),
    );
  }

  /* The element of a row: the one that is there, unless what it shows has changed and nobody writes in it. */
  function elementOf(row, build) {
    const sign = JSON.stringify([row, known.today, group, row.id in known.accepts, mayMove(row), outlook[row.id]?.computed]);
    const old = drawn.get(row.id);
    const busy = old?.element.contains(document.activeElement) && document.activeElement.matches("input[type=number], select") && document.activeElement.dataset.touched;
    if (old && old.build === build && (old.sign === sign || busy)) return old.element;
    const element = build(row);
    const told = JSON.stringify(row);
    if (old && old.build === build && old.told !== told) element.classList.add("flash");
    drawn.set(row.id, { sign, told, element, build });
    return element;
  }

  /* ---- groups */
  function groupsOf(rows) {
    if (group === "status") {
      const used = new Set(rows.map((row) => row.status));
      const all = facts.statuses.filter(([value]) => value !== "cancelled" || used.has(value));
      return all.map(([value, label]) => ({ key: value, label, rows: rows.filter((row) => row.status === value) }));
    }
    const names = { department: known.departments, owner: known.owners, objective: known.objectives }[group];
    const parts = new Map();
    for (const row of rows) {
      const key = String(row[group] ?? "");
      if (!parts.has(key)) parts.set(key, []);
      parts.get(key).push(row);
    }
    const named = [...parts].map(([key, members]) => ({ key, label: key ? names[key] ?? key : words.none, rows: members }));
    return named.sort((a, b) => (a.key === "") - (b.key === "") || a.label.localeCompare(b.label, document.documentElement.lang));
  }

  function fill(list, elements) {
    elements.forEach((element, index) => { if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null); });
    while (list.children.length > elements.length) list.lastElementChild.remove();
  }

  const limit = (key) => shown.get(key) ?? AT_FIRST[facts.look];
  const more = (key, left) => make("button", { type: "button", css: "btn btn-sm board-rest", text: say("more", { count: left }), data: { more: key } });

  /* ---- the views */
  function kanban(rows) {
    const groups = groupsOf(rows);
    if (!place.querySelector(".board-columns")) place.replaceChildren(make("div", { css: "board-picks", role: "group" }), make("div", { css: "board-columns" }), make("p", { css: "board-keys", text: words.keys }));
    const frame = place.querySelector(".board-columns");
    const columns = groups.map((part) => {
      let found = [...frame.children].find((each) => each.dataset.column === part.key);
      if (!found) {
        found = make("section", { css: "board-column", data: { column: part.key } }, make("h3", { css: "board-column-head" }, make("span"), make("span", { css: "count" })), make("ol", { css: "board-list", data: { list: part.key } }));
        if (Sortable && group === "status" && facts.open) sortable(found.querySelector("ol"));
      }
      found.setAttribute("aria-label", part.label);
      found.querySelector("h3 > span").textContent = part.label;
      found.querySelector(".count").textContent = part.rows.length;
      const visible = part.rows.slice(0, limit(part.key));
      fill(found.querySelector("ol"), visible.map((row) => elementOf(row, card)));
      found.querySelector(".board-rest")?.remove();
      found.querySelector(".board-none")?.remove();
      if (part.rows.length > visible.length) found.append(more(part.key, part.rows.length - visible.length));
      if (!part.rows.length) found.append(make("p", { css: "board-none", text: words.empty_column }));
      return found;
    });
    fill(frame, columns);
    columnsOf = groups.map((part) => part.key);
    if (!columnsOf.includes(column)) column = (groups.find((part) => part.key === "in_progress" && part.rows.length) ?? groups.find((part) => part.rows.length) ?? groups[0])?.key ?? "";
    place.querySelector(".board-picks").replaceChildren(...groups.map((part) => {
      const pick = make("button", { type: "button", css: "btn btn-sm", data: { pick: part.key } }, part.label, make("span", { css: "count ms-1", text: part.rows.length }));
      pick.setAttribute("aria-pressed", String(part.key === column));
      return pick;
    }));
    columns.forEach((each) => each.classList.toggle("is-picked", each.dataset.column === column));
  }

  function table(rows) {
    const heads = ["number", "task", "department", "owner", "status", "percent", "finish", "risk", "reason"];
    if (!place.querySelector(".board-table")) {
      const head = make("tr", {}, bulk ? make("td") : null, ...heads.map((name) => make("th", { scope: "col", css: name === "percent" ? "number" : "", text: words[name] })));
      place.replaceChildren(make("div", { css: "table-frame", tabIndex: 0, role: "region" }, make("table", { css: "sheet is-folding board-table" }, make("thead", {}, head))));
      place.firstElementChild.setAttribute("aria-labelledby", "board-title");
    }
    const frame = place.querySelector(".board-table");
    place.querySelectorAll("tbody").forEach((body) => { if (!groupsOf(rows).some((part) => part.key === body.dataset.list)) body.remove(); });
    const bodies = groupsOf(rows).filter((part) => part.rows.length).map((part) => {
      const body = [...frame.tBodies].find((each) => each.dataset.list === part.key) ?? make("tbody", { data: { list: part.key } }, make("tr", { css: "board-section" }, make("th", { colSpan: heads.length + (bulk ? 1 : 0), scope: "rowgroup" })));
      body.querySelector(".board-section th").textContent = `${part.label} · ${part.rows.length}`;
      const visible = part.rows.slice(0, limit(part.key));
      const lines = [body.firstElementChild, ...visible.map((row) => elementOf(row, line))];
      if (part.rows.length > visible.length) lines.push(make("tr", { css: "board-rest-row" }, make("td", { colSpan: heads.length + 1 }, more(part.key, part.rows.length - visible.length))));
      fill(body, lines);
      return body;
    });
    fill(frame, [frame.tHead, ...bodies]);
  }

  function calendar(rows) {
    month ||= known.today.slice(0, 7);
    const [year, number] = month.split("-").map(Number);
    const first = new Date(Date.UTC(year, number - 1, 1));
    const begins = new Date(first.getTime() - ((first.getUTCDay() + 6) % 7) * DAY);
    const byDay = new Map();
    for (const row of rows) {
      const day = row.finished ?? row.finish;
      if (day) byDay.set(day, [...(byDay.get(day) ?? []), row]);
    }
    const off = new Set(known.off);
    const turn = (data, label, ...inside) => { const button = make("button", { type: "button", css: "btn btn-sm", data }, ...inside); button.setAttribute("aria-label", label); return button; };
    const head = make("div", { css: "board-month-head" }, turn({ month: "-1" }, words.before, badge("icon-before")), make("h3", { text: say("month", { year, month: String(number).padStart(2, "0") }) }), turn({ month: "1" }, words.after, badge("icon-after")), make("button", { type: "button", css: "btn btn-sm btn-quiet", text: words.this_month, data: { month: "0" } }));
    const grid = make("ol", { css: "board-month" });
    for (let index = 0; index < 42; index += 1) {
      const date = new Date(begins.getTime() + index * DAY);
      const iso = date.toISOString().slice(0, 10);
      if (index === 35 && iso.slice(0, 7) !== month) break;
      const due = byDay.get(iso) ?? [];
      const visible = due.slice(0, limit(iso));
      const list = make("ul", {}, ...visible.map((row) => make("li", { css: `board-chip ${known.colours[row.department] ?? ""} ${isLate(row) ? "is-late" : ""} ${row.status === "done" ? "is-done" : ""}`, data: { task: row.id } }, isLate(row) ? badge("icon-late") : null, link(row))));
      const day = make("li", { css: `board-day ${iso.slice(0, 7) === month ? "" : "is-beside"} ${off.has(iso) ? "is-off" : ""} ${iso === known.today ? "is-today" : ""} ${due.length ? "" : "is-empty"}` }, make("time", { dateTime: iso, text: date.getUTCDate(), title: off.has(iso) ? words.day_off : "" }, make("span", { css: "board-weekday", text: words.weekdays.split(" ")[index % 7] })), list);
      if (due.length > visible.length) day.append(more(iso, due.length - visible.length));
      grid.append(day);
    }
    const days7 = make("div", { css: "board-weekdays", ariaHidden: "true" }, ...words.weekdays.split(" ").map((text) => make("span", { text })));
    place.replaceChildren(head, days7, grid);
  }

  function draw() {
    if (dragging) return;
    const rows = [...tasks.values()].sort((a, b) => (a.finish ?? "9").localeCompare(b.finish ?? "9") || a.place - b.place || a.id - b.id);
    const focus = document.activeElement?.closest?.("[data-task]")?.dataset.task;
    const within = place.contains(document.activeElement);
    section.querySelector("[data-board-count]").textContent = say("count", { count: rows.length });
    if (!rows.length && facts.look !== "calendar") place.replaceChildren(make("p", { css: "board-none", text: words.empty }));
    else ({ kanban, table, calendar })[facts.look](rows);
    for (const id of drawn.keys()) if (!tasks.has(id)) drawn.delete(id);
    // A card that has moved to another column keeps the cursor.
    if (within && focus && !place.contains(document.activeElement)) place.querySelector(`[data-task="${focus}"] .board-link`)?.focus();
    rove();
    bar();
  }

  /* ---- data */
  let columns = [];
  let mostRecent = 0;
  const take = (rows) => rows.forEach((cells) => {
    const row = Object.fromEntries(columns.map((name, index) => [name, cells[index]]));
    row.place = tasks.get(row.id)?.place ?? tasks.size;
    tasks.set(row.id, row);
  });

  const query = () => new URLSearchParams(section.dataset.query);

  async function load() {
    const asked = (mostRecent += 1);
    const answer = await tools.send(`${facts.data}?${query()}`, { method: "GET" });
    if (!answer.ok || asked !== mostRecent) return;
    const told = await answer.json();
    columns = told.columns;
    known = told;
    mine = new Set(told.mine);
    tasks.clear();
    take(told.tasks);
    for (const id of [...chosen]) if (!tasks.has(id)) chosen.delete(id);
    draw();
    section.dataset.ready = "yes";
    foresee();
  }

  /* The computed risk is drawn when it is there; the board does not wait for it. */
  const foresee = tools.settle(async () => {
    if (!facts.open || facts.look === "calendar") return;
    const answer = await tools.send(`${facts.api}/outlook`, { method: "GET" });
    if (!answer.ok) return;
    outlook = Object.fromEntries((await answer.json()).tasks.map((row) => [row.task_id, row]));
    draw();
  }, 400);

  async function refresh({ own = 0 } = {}) {
    if (!columns.length) return;
    const values = query();
    values.set("since", known.seq);
    const answer = await tools.send(`${facts.data}?${values}`, { method: "GET" });
    if (!answer.ok) return;
    const told = await answer.json();
    if (told.reload || told.tasks.some((cells) => !knows(cells))) { await load(); return; }
    if (told.seq < known.seq) return;
    known.seq = told.seq;
    known.accepts = told.accepts;
    for (const id of told.gone) { tasks.delete(id); chosen.delete(id); }
    take(told.tasks);
    draw();
    foresee();
    const others = told.tasks.map((cells) => cells[0]).filter((id) => id !== own);
    if (others.length) {
      tools.announce(say("changed_by_others", { titles: others.slice(0, 3).map((id) => tasks.get(id).title).join(", ") }));
      for (const id of others) section.dispatchEvent(new CustomEvent("board:news", { detail: { id } }));
    }
  }

  const knows = (cells) => {
    const row = Object.fromEntries(columns.map((name, index) => [name, cells[index]]));
    return (!row.owner || row.owner in known.owners) && (!row.department || row.department in known.departments) && (!row.objective || row.objective in known.objectives);
  };

  /* ---- acts */
  const open = (id, more = {}) => section.querySelector("dialog").dispatchEvent(new CustomEvent("board:open", { detail: { id, ...more } }));

  async function act(row, path, values, { method = "POST", ask = "", said = "" } = {}) {
    const answer = await tools.send(`${facts.api}/plan/${path}`, { method, body: JSON.stringify(values), headers: { "Content-Type": "application/json" } });
    if (answer.ok) {
      await refresh({ own: row.id });
      const now = tasks.get(row.id);
      if (said) tools.announce(say("moved", { title: row.title, status: labels[now?.status] ?? said }));
      if (now && isLate(now) && !now.reason && ask !== "risk") open(row.id, { ask: "risk" });
      return true;
    }
    const problem = await answer.json().catch(() => ({}));
    await refresh({ own: row.id });
    draw();
    if (problem.mine) open(row.id, { ask, clash: problem, values });
    else tools.toast(problem.fields ? Object.values(problem.fields).flat().join(" ") : problem.detail || problem.title || words.failed, "late");
    return false;
  }

  /* A card goes to another column: at once where nothing has to be said, else what has to be said is asked in place. */
  function moveTo(row, to) {
    if (to === row.status) return;
    if (!facts.open) { tools.toast(words.not_open, "warn"); return; }
    if (!mayMove(row) && !(mayStop && (to === "cancelled" || ["done", "cancelled"].includes(row.status)))) { tools.toast(words.not_yours, "warn"); return; }
    if (to === "not_started") { tools.toast(words.not_back, "warn"); return; }
    const task = `tasks/${row.id}/work`;
    const unfinished = UNFINISHED.includes(row.status);
    if (to === "in_progress" && row.status === "not_started") act(row, `${task}/start`, { version: row.version }, { ask: "start", said: to });
    else if (to === "in_progress" && row.status === "blocked") act(row, `${task}/unblock`, { version: row.version }, { ask: "unblock", said: to });
    else if (to === "in_progress" && row.status === "reported" && row.reporter === known.me) act(row, `reports/${row.report}/take-back`, {}, { said: to });
    else if (to === "in_progress" && row.status === "reported") open(row.id, { ask: "return" });
    else if (to === "in_progress") open(row.id, { ask: "reopen" });
    else if (to === "done" && row.status === "reported") open(row.id, { ask: "accept" });
    else if ((to === "reported" || to === "done") && unfinished) open(row.id, { ask: "done" });
    else if (to === "blocked" && unfinished) open(row.id, { ask: "block" });
    else if (to === "cancelled" && unfinished) open(row.id, { ask: "cancel" });
    else tools.toast(words.not_from_here, "warn");
  }

  function sortable(list) {
    Sortable.create(list, {
      group: "board", sort: false, animation: 120, draggable: ".board-card.is-mine", filter: "input, button", preventOnFilter: false, delay: 150, delayOnTouchOnly: true,
      onStart() { dragging = true; },
      onEnd(event) {
        dragging = false;
        const row = tasks.get(Number(event.item.dataset.task));
        // The card stands where the data say; the act moves it.
        draw();
        if (row && event.to !== event.from) moveTo(row, event.to.dataset.list);
      },
    });
  }

  /* ---- keyboard: one card is in the order of Tab, arrows lead to the others */
  const links = (list) => [...(list?.querySelectorAll(".board-link") ?? [])];
  function rove() {
    if (facts.look !== "kanban") return;
    const all = links(place);
    const current = all.find((each) => each === document.activeElement) ?? all.find((each) => each.tabIndex === 0 && each.dataset.roved) ?? all[0];
    all.forEach((each) => { each.tabIndex = each === current ? 0 : -1; if (each === current) each.dataset.roved = "yes"; else delete each.dataset.roved; });
  }

  function pressed(event) {
    const anchor = event.target.closest?.(".board-link");
    if (!anchor || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = tasks.get(Number(anchor.dataset.open));
    const list = anchor.closest("[data-list]");
    const here = links(list).indexOf(anchor);
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === " " && bulk) {
      event.preventDefault();
      anchor.closest("[data-task]").querySelector(".board-tick")?.click();
    } else if (facts.look === "calendar") {
      return;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      links(facts.look === "table" ? place : list)[(facts.look === "table" ? links(place).indexOf(anchor) : here) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    } else if (side && facts.look === "kanban" && event.shiftKey && group === "status") {
      event.preventDefault();
      const to = columnsOf[columnsOf.indexOf(list.dataset.list) + side];
      if (to) moveTo(row, to);
    } else if (side && facts.look === "kanban") {
      event.preventDefault();
      for (let at = columnsOf.indexOf(list.dataset.list) + side; at >= 0 && at < columnsOf.length; at += side) {
        const other = links(place.querySelector(`[data-list="${CSS.escape(columnsOf[at])}"]`));
        if (other.length) { other[Math.min(here, other.length - 1)].focus(); break; }
      }
    }
  }

  /* ---- selection */
  function bar() {
    if (!bulk) return;
    bulk.dispatchEvent(new CustomEvent("board:chosen", { detail: { tasks: [...chosen].map((id) => ({ id, version: tasks.get(id).version })), said: say("selected", { count: chosen.size }) } }));
    place.querySelectorAll(".board-tick").forEach((box) => { box.checked = chosen.has(Number(box.closest("[data-task]").dataset.task)); });
  }

  /* ---- what is pressed and written */
  function clicked(event) {
    const opener = event.target.closest("[data-open]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(Number(opener.dataset.open), { ask: opener.dataset.ask ?? "" });
      return;
    }
    const box = event.target.closest(".board-tick");
    if (box) { const id = Number(box.closest("[data-task]").dataset.task); if (box.checked) chosen.add(id); else chosen.delete(id); bar(); return; }
    const rest = event.target.closest("[data-more]");
    if (rest) { shown.set(rest.dataset.more, limit(rest.dataset.more) + 200); draw(); return; }
    const pick = event.target.closest("[data-pick]");
    if (pick) { column = pick.dataset.pick; draw(); return; }
    const turn = event.target.closest("[data-month]");
    if (turn) {
      const [year, number] = month.split("-").map(Number);
      month = turn.dataset.month === "0" ? known.today.slice(0, 7) : new Date(Date.UTC(year, number - 1 + Number(turn.dataset.month), 1)).toISOString().slice(0, 7);
      draw();
      place.querySelector(`[data-month="${turn.dataset.month}"]`)?.focus();
      return;
    }
    const whole = event.target.closest(".board-card, .board-chip");
    if (whole && !event.target.closest("a, button, input, select, label")) open(Number(whole.dataset.task));
  }

  async function written(event) {
    const { percent, risk } = event.target.dataset;
    const row = tasks.get(Number(percent ?? risk));
    if (!row) return;
    delete event.target.dataset.touched;
    if (percent) await act(row, `tasks/${row.id}/work/progress`, { percent: Number(event.target.value), version: row.version }, { ask: "progress" });
    else if (row.reason && event.target.value) await act(row, `tasks/${row.id}/delay`, { risk: event.target.value, reason: row.reason, version: row.delay_version }, { method: "PUT", ask: "risk" });
    else { const value = event.target.value; event.target.value = row.risk ?? ""; open(row.id, { ask: "risk", values: { risk: value } }); }
  }

  function filtered() {
    group = query().get("group") || "status";
    drawn.clear();
    place.replaceChildren();
    load();
  }

  place.addEventListener("click", clicked);
  place.addEventListener("keydown", pressed);
  place.addEventListener("focusin", (event) => { if (event.target.matches(".board-link")) rove(); });
  place.addEventListener("input", (event) => { if (event.target.dataset.percent) event.target.dataset.touched = "yes"; });
  place.addEventListener("change", written);
  section.addEventListener("board:changed", (event) => refresh({ own: event.detail.id }));
  section.addEventListener("board:filtered", filtered);
  section.addEventListener("board:unchosen", () => { chosen.clear(); bar(); });
  const heard = () => refresh();
  document.body.addEventListener(`live:${facts.topic}`, heard);
  if (facts.look === "kanban" && facts.open) Sortable = (await tools.library("sortable")).default;
  await load();
  return () => document.body.removeEventListener(`live:${facts.topic}`, heard);
}
