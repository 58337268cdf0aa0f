/* board-filters: the form of filters of the board. A change goes into the address (it can be kept, sent, gone back to), into
   the links to the other views ([data-board-look]) and into [data-board-query]; the board hears `board:filtered` and
   fetches. Where no board is drawn by its island (the chart) the form is sent. Without scripts it has a button. */

const USUAL = { view: "kanban", group: "status" };

export function bind(form, tools) {
  const section = form.closest("[data-island~=board]");
  const isDrawn = Boolean(section.querySelector("[data-board-place]"));

  function apply() {
    if (!isDrawn) { form.requestSubmit(); return; }
    const values = new URLSearchParams([...new FormData(form)].filter(([name, value]) => value !== "" && USUAL[name] !== value));
    section.dataset.query = values;
    history.replaceState(null, "", `${location.pathname}${values.size ? `?${values}` : ""}`);
    for (const link of section.querySelectorAll("[data-board-look]")) {
      const other = new URLSearchParams(values);
      if (link.dataset.boardLook === USUAL.view) other.delete("view"); else other.set("view", link.dataset.boardLook);
      link.search = other;
    }
    for (const field of section.querySelectorAll("[data-board-query]")) field.value = values;
    section.dispatchEvent(new CustomEvent("board:filtered"));
  }

  const soon = tools.settle(apply, 250);
  form.querySelector("[data-board-apply]").hidden = true;
  if (matchMedia("(width < 48rem)").matches) form.querySelector(".board-more").open = false;
  form.addEventListener("change", (event) => { if (event.target.type !== "search") apply(); });
  form.addEventListener("input", (event) => { if (event.target.type === "search" && isDrawn) soon(); });
  form.addEventListener("submit", (event) => { if (isDrawn) { event.preventDefault(); soon.now(); } });
}
