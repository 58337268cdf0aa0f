/* filter: narrows a list that is already in the page. On a box with
     [data-filter-text]   the search field; shown by the island, for it does nothing without it
     [data-search]        each entry, with the words it is found by, in lower case
     [data-filter-none]   said when nothing is left
   Enter in the field presses the first entry that is left. */

export function bind(box) {
  const field = box.querySelector("[data-filter-text]");
  const none = box.querySelector("[data-filter-none]");
  const entries = [...box.querySelectorAll("[data-search]")];
  field.closest("[hidden]")?.removeAttribute("hidden");

  const narrow = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) entry.hidden = !words.every((word) => entry.dataset.search.includes(word));
    if (none) none.hidden = entries.some((entry) => !entry.hidden);
  };
  field.addEventListener("input", narrow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (field.value.trim()) entries.find((entry) => !entry.hidden)?.click();
  });
  narrow();
}
