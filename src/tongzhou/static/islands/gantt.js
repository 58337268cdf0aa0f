/* gantt: draws the plan. On a frame with
     #gantt-words, #gantt-addresses   json_script: what it says, where it asks
     [data-gantt]                     the place of the chart; data-may-plan="yes" lets bars and links be drawn by hand
   The engine on the server computes every date. A bar that is dropped asks first what would move (preview), shows it and
   only then is written; the chart then fetches the plan again, as it does when others change it (live:<topic>). */

const DAY = 86_400_000;
const KINDS = { FS: "0", SS: "1", FF: "2", SF: "3" };

export async function bind(frame, tools) {
  const words = JSON.parse(document.getElementById("gantt-words").textContent);
  const addresses = JSON.parse(document.getElementById("gantt-addresses").textContent);
  const mayPlan = frame.dataset.mayPlan === "yes";
  const card = frame.closest(".gantt-card");
  const place = frame.querySelector("[data-gantt]");
  const { gantt } = await tools.library("gantt");
  const narrow = matchMedia("(width < 48rem)").matches;
  let off = new Set();
  let today = "";
  let waiting = false;

  const say = (key, places = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
  const escape = (text) => String(text ?? "").replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const day = (text) => new Date(`${text}T00:00:00`);
  const iso = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

  function dress() {
    const { config, templates } = gantt;
    config.readonly = !mayPlan;
    config.drag_progress = false;
    config.show_progress = false;
    config.drag_links = mayPlan;
    config.details_on_dblclick = false;
    config.details_on_create = false;
    config.show_errors = false;
    config.order_branch = false;
    config.open_tree_initially = true;
    config.row_height = 30;
    config.bar_height = 18;
    config.scale_height = 48;
    config.smart_rendering = true;
    config.static_background = false;
    config.grid_width = narrow ? 150 : 430;
    config.columns = [
      { name: "text", label: escape(words.task), tree: true, width: "*", min_width: narrow ? 150 : 230, template: (task) => `<span class="wbs">${escape(task.wbs)}</span> ${escape(task.text)}` },
      ...(narrow ? [] : [
        { name: "department", label: escape(words.department), width: 90, template: (task) => escape(task.department) },
        { name: "owner", label: escape(words.owner), width: 70, template: (task) => escape(task.owner) },
      ]),
    ];
    templates.task_text = (start, end, task) => (task.type === "project" ? "" : escape(task.text));
    templates.rightside_text = (start, end, task) => (task.type === "milestone" ? escape(task.text) : "");
    // Also what a screen reader says of a bar.
    templates.tooltip_text = (start, end, task) => [escape(task.text), `${escape(words.start)} ${task.start}`, `${escape(words.finish)} ${task.finish}`, task.critical ? escape(words.critical) : ""].filter(Boolean).join("<br>");
    templates.task_class = (start, end, task) => [task.critical ? "is-critical" : "", task.summary ? "is-summary" : "", task.slack < 0 ? "is-late" : ""].join(" ");
    templates.link_class = (link) => (link.promise ? `is-promise is-promise-${link.promise} ` : "") + (gantt.isTaskExists(link.source) && gantt.getTask(link.source).critical && gantt.isTaskExists(link.target) && gantt.getTask(link.target).critical ? "is-critical-link" : "");
    templates.timeline_cell_class = (task, date) => (scale === "day" ? [off.has(iso(date)) ? "is-off" : "", iso(date) === today ? "is-today" : ""].join(" ") : "");
  }

  let scale = "week";
  function zoom(to) {
    scale = to;
    const month = { unit: "month", step: 1, format: (date) => say("month", { year: date.getFullYear(), month: String(date.getMonth() + 1).padStart(2, "0") }) };
    const plain = (date) => String(date.getDate());
    gantt.config.scales = {
      day: [month, { unit: "day", step: 1, format: plain }],
      week: [month, { unit: "week", step: 1, format: (date) => `${date.getMonth() + 1}-${date.getDate()}` }],
      month: [{ unit: "year", step: 1, format: (date) => String(date.getFullYear()) }, { unit: "month", step: 1, format: (date) => String(date.getMonth() + 1) }],
    }[to];
    gantt.config.min_column_width = { day: 26, week: 60, month: 60 }[to];
    card.querySelectorAll("[data-zoom]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.zoom === to)));
  }

  async function load() {
    const answer = await tools.send(addresses.data, { method: "GET" });
    if (!answer.ok) return;
    const plan = await answer.json();
    const at = Object.fromEntries(plan.columns.map((name, number) => [name, number]));
    off = new Set(plan.off);
    today = plan.today;
    gantt.config.start_date = day(plan.first);
    gantt.config.end_date = day(plan.last);
    const keep = gantt.getScrollState();
    gantt.clearAll();
    gantt.parse({
      data: plan.tasks.filter((row) => row[at.start]).map((row) => ({
        id: row[at.id],
        parent: row[at.parent],
        text: row[at.title],
        wbs: row[at.wbs],
        number: row[at.number],
        start_date: day(row[at.start]),
        end_date: row[at.milestone] ? day(row[at.start]) : new Date(day(row[at.finish]).getTime() + DAY),
        type: row[at.summary] ? "project" : row[at.milestone] ? "milestone" : "task",
        summary: row[at.summary],
        critical: row[at.critical] && !row[at.summary],
        slack: row[at.float],
        days: row[at.days],
        department: row[at.department] ?? "",
        owner: row[at.owner] ?? "",
        version: row[at.version],
        start: row[at.start],
        finish: row[at.finish],
        open: true,
        readonly: !mayPlan || row[at.summary],
      })),
      links: plan.links.map(([id, source, target, kind, lag]) => ({ id, source, target, type: KINDS[kind], lag, promise: plan.promises?.[id] ?? "" })),
    });
    if (keep) gantt.scrollTo(keep.x, keep.y);
    frame.dataset.ready = "yes";
  }

  async function send(url, values) {
    const body = new FormData();
    for (const [key, value] of Object.entries(values)) if (value !== undefined && value !== null) body.append(key, value);
    const answer = await tools.send(url, { body, headers: { Accept: "application/json" } });
    if (answer.ok) return answer.json();
    const text = await answer.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const reasons = [...page.querySelectorAll("[data-reason]")].map((entry) => entry.textContent.trim());
    tools.toast(reasons.join(" ") || page.querySelector("h1")?.textContent.trim() || words.failed, "late");
    return null;
  }

  function stepped(told) {
    const button = card.querySelector("[data-gantt-undo]");
    if (!button || !told) return;
    button.dataset.step = told.step;
    button.hidden = !told.step;
    button.title = told.label;
  }

  async function dropped(id, mode, task) {
    const ends = new Date(task.end_date.getTime() - 1);
    const values = { task: id };
    if (mode === "move" || mode === "resize-start") values.start = iso(task.start_date);
    if (mode !== "move") values.finish = iso(ends);
    const told = await send(addresses.preview, values);
    if (!told) { await load(); return; }
    if (!told.count) { await load(); return; }
    const lines = [say(told.finish_before === told.finish_after ? "moves_same_end" : "moves", { count: told.count, before: told.finish_before, after: told.finish_after })];
    lines.push(...told.moves.map((move) => `${move.title}: ${move.from} → ${move.to}`));
    if (told.count > told.moves.length) lines.push("…");
    if (told.broken.length) lines.push(say("broken", { names: told.broken.join(", ") }));
    const yes = await tools.ask(lines.join("\n"), { title: say("move_title", { title: task.text }), yes: words.do_it });
    if (yes) {
      const done = await send(addresses.drag, { ...values, version: task.version });
      stepped(done);
      if (done) tools.announce(words.moved);
    }
    await load();
  }

  dress();
  zoom(narrow ? "week" : "day");
  gantt.init(place);
  const events = [
    gantt.attachEvent("onAfterTaskDrag", (id, mode) => { dropped(id, mode === "resize" ? (gantt.getState().drag_from_start ? "resize-start" : "resize") : "move", { ...gantt.getTask(id) }); }),
    gantt.attachEvent("onBeforeLinkAdd", (id, link) => {
      if (waiting || !mayPlan) return true;
      const kind = Object.keys(KINDS).find((key) => KINDS[key] === String(link.type)) ?? "FS";
      send(addresses.link, { predecessor: link.source, successor: link.target, kind }).then((done) => { stepped(done); if (done) tools.announce(words.linked); load(); });
      return false;
    }),
    gantt.attachEvent("onLinkDblClick", (id) => {
      if (!mayPlan) return false;
      const link = gantt.getLink(id);
      tools.ask(say("unlink", { before: gantt.getTask(link.source).text, after: gantt.getTask(link.target).text }), { title: words.unlink_title, yes: words.remove }).then(async (yes) => {
        if (!yes) return;
        stepped(await send(addresses.unlink, { predecessor: link.source, successor: link.target }));
        load();
      });
      return false;
    }),
    gantt.attachEvent("onTaskDblClick", (id) => { location.assign(addresses.task.replace(/\/0\/$/, `/${id}/`)); return false; }),
  ];
  waiting = true;
  await load();
  waiting = false;

  const later = tools.settle(() => load(), 300);
  const heard = () => later();
  document.body.addEventListener(`live:${frame.dataset.topic}`, heard);
  const pressed = async (event) => {
    const zoomer = event.target.closest("[data-zoom]");
    if (zoomer) { zoom(zoomer.dataset.zoom); gantt.render(); }
    if (event.target.closest("[data-gantt-today]")) gantt.showDate(day(today));
    const undo = event.target.closest("[data-gantt-undo]");
    if (undo) {
      const body = new FormData();
      body.append("step", undo.dataset.step);
      const answer = await tools.send(addresses.undo, { body });
      if (answer.ok) { undo.hidden = true; load(); } else tools.toast(words.failed, "late");
    }
  };
  card.addEventListener("click", pressed);
  return () => {
    events.forEach((event) => gantt.detachEvent(event));
    document.body.removeEventListener(`live:${frame.dataset.topic}`, heard);
    gantt.clearAll();
  };
}
