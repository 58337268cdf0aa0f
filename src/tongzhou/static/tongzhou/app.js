/* The loader: binds islands to elements with data-island, and keeps the manners of the frame
   (menus close, notices go, htmx failures are said in words). An island is a module in islands/ that exports
   `bind(element, tools)` and may return a function that undoes it. It imports nothing: what it needs is in `tools`. */

const json = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");
const addresses = json("island-map");
const texts = json("island-texts");
const bound = new WeakMap();

/* What every island gets. */
const tools = {
  /** A text of core/browser_texts.py in the reader's language, {places} filled in. */
  say(key, places = {}) {
    return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
  },

  /** fetch with the CSRF token; a failure of the network is thrown, an HTTP status is returned. */
  async send(url, { method = "POST", body, headers = {}, ...rest } = {}) {
    const own = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    return fetch(url, { method, body, headers: { ...own, "X-Requested-With": "XMLHttpRequest", ...headers }, credentials: "same-origin", ...rest });
  },

  /** Loads a library that browser_files.py has copied ("sortable", "alpine"). */
  async library(name) {
    return import(addresses[`lib:${name}`]);
  },

  /** Shows a notice in the corner; tone is progress, good, warn or late. `undo` adds a button. */
  toast(text, tone = "progress", { undo } = {}) {
    const region = document.getElementById("toasts");
    const note = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
    note.classList.add(`tone-${tone}`);
    note.dataset.tone = tone;
    note.querySelector("[data-toast-text]").textContent = text;
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm ms-2";
      button.textContent = tools.say("undo");
      button.addEventListener("click", () => { undo(); note.remove(); });
      note.querySelector(".notice-text").append(button);
    }
    region.append(note);
    tend(region);
    return note;
  },

  /** Says something to screen readers only. */
  announce(text) {
    let voice = document.getElementById("voice");
    if (!voice) {
      voice = Object.assign(document.createElement("div"), { id: "voice", className: "visually-hidden" });
      voice.setAttribute("aria-live", "polite");
      document.body.append(voice);
    }
    voice.textContent = "";
    setTimeout(() => { voice.textContent = text; }, 50);
  },

  /** Asks in the page's one dialog; resolves to true or false. */
  async ask(text, options = {}) {
    return new Promise((resolve) => {
      document.dispatchEvent(new CustomEvent("tongzhou:ask", { detail: { text, resolve, ...options } }));
    });
  },

  /** Calls `act` once things have been quiet for `wait` milliseconds; `.now()` does it at once, `.stop()` never. */
  settle(act, wait) {
    let timer = 0;
    const later = (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), wait); };
    later.stop = () => clearTimeout(timer);
    later.now = (...given) => { clearTimeout(timer); return act(...given); };
    return later;
  },

  /** Binds islands and htmx in HTML that an island has put into the page itself. */
  adopt(element) {
    window.htmx?.process(element);
    bindAll(element);
  },
};

/* Fields in which somebody has written before the page was ready for it. */
const writtenIn = (root) => [root, ...root.querySelectorAll("input, textarea")].filter(
  (field) => field.matches("input:not([type=checkbox], [type=radio], [type=file]), textarea") && field.value !== field.defaultValue,
);

async function bind(element) {
  for (const name of element.dataset.island.split(/\s+/).filter(Boolean)) {
    const done = bound.get(element) ?? bound.set(element, new Map()).get(element);
    if (done.has(name)) continue;
    done.set(name, null);
    if (!addresses[name]) { console.error(`No island named ${name}`); continue; }
    try {
      const island = await import(addresses[name]);
      const early = writtenIn(element);
      done.set(name, (await island.bind(element, tools)) ?? null);
      // Whoever is quicker than the page is heard all the same.
      for (const field of early) if (field.isConnected) field.dispatchEvent(new Event("input", { bubbles: true }));
      element.dispatchEvent(new CustomEvent("island:ready", { detail: { name }, bubbles: true }));
    } catch (failure) {
      console.error(`Island ${name} failed`, failure);
      element.dispatchEvent(new CustomEvent("island:failed", { detail: { name } }));
    }
  }
}

function bindAll(root) {
  const all = [...(root.matches?.("[data-island]") ? [root] : []), ...(root.querySelectorAll?.("[data-island]") ?? [])];
  return Promise.all(all.map(bind));
}

function release(root) {
  const all = [root, ...(root.querySelectorAll?.("[data-island]") ?? [])];
  for (const element of all) {
    for (const undo of bound.get(element)?.values() ?? []) if (typeof undo === "function") undo();
    bound.delete(element);
  }
}

/* Notices: what went well leaves by itself, what went wrong stays until it is closed. */
function tend(region) {
  for (const note of region.querySelectorAll("[data-toast]:not([data-tended])")) {
    note.dataset.tended = "yes";
    note.querySelector("[data-toast-close]")?.addEventListener("click", () => note.remove());
    if (!["late", "warn"].includes(note.dataset.tone)) {
      const leave = tools.settle(() => note.remove(), 7000);
      note.addEventListener("mouseenter", leave.stop);
      note.addEventListener("mouseleave", leave);
      note.addEventListener("focusin", leave.stop);
      leave();
    }
  }
}

/* Menus are <details class="menu">: one open at a time; Escape and a click elsewhere close it. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (["ArrowDown", "ArrowUp"].includes(event.key) && menu.contains(document.activeElement)) {
    const entries = [...menu.querySelectorAll(".menu-item")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = entries.indexOf(document.activeElement);
    const next = entries[at < 0 && step < 0 ? entries.length - 1 : (at + step + entries.length) % entries.length];
    if (next) { event.preventDefault(); next.focus(); }
  }
});

/* htmx: what failed is said in words; an answer that carries words (a refusal) is shown as it is. */
document.addEventListener("htmx:sendError", () => tools.toast(tools.say("error_network"), "late"));
document.addEventListener("htmx:timeout", () => tools.toast(tools.say("error_network"), "late"));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400) return;
  const fragment = !/<html[\s>]/i.test(xhr.responseText.slice(0, 2000));
  const placed = xhr.getResponseHeader("HX-Retarget") || xhr.status === 422;
  if (fragment && placed) return;
  event.detail.shouldSwap = false;
  const key = xhr.status === 413 ? "error_too_large" : xhr.status < 500 ? "error_forbidden" : "error_server";
  tools.toast(tools.say(key), "late");
});
document.addEventListener("htmx:load", (event) => {
  const arrived = event.detail.elt;
  bindAll(arrived);
  tend(document.getElementById("toasts"));
  // Whoever is quicker than the page and writes in it already, goes on there.
  if (arrived !== document.body && !arrived.contains(document.activeElement)) (arrived.matches?.("[data-focus]") ? arrived : arrived.querySelector?.("[data-focus]"))?.focus();
});
document.addEventListener("htmx:afterSwap", () => tend(document.getElementById("toasts")));
document.addEventListener("htmx:beforeCleanupElement", (event) => release(event.detail.elt));

/* Offline: said once, at the top, and taken back when the connection is there again. */
function connection() {
  const note = document.getElementById("offline-note");
  if (!note) return;
  note.hidden = navigator.onLine;
  note.textContent = navigator.onLine ? "" : tools.say("offline");
}
addEventListener("online", connection);
addEventListener("offline", connection);

/* Alpine, for the few pages that use x-data; its CSP build takes names of Alpine.data only. */
async function alpine() {
  if (!document.querySelector("[x-data]")) return;
  const { default: Alpine } = await tools.library("alpine");
  window.Alpine = Alpine;
  document.dispatchEvent(new CustomEvent("alpine:offered", { detail: Alpine }));
  Alpine.start();
}

bindAll(document).then(() => { document.documentElement.dataset.ready = "yes"; });
tend(document.getElementById("toasts"));
connection();
alpine();
document.querySelector("[data-focus]")?.focus();
