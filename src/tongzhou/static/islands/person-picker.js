/* person-picker: a line of text in which a person is chosen among many. On an <input> with
     data-person-url   GET ?q=… answers [{value, name, label}]: what goes into the field, and what is shown of the person
   The ARIA combobox pattern with a list that opens while typing: ↓ and ↑ go through it, Enter takes, Escape closes.
   What is typed counts as well: the server finds out whom it means. */

let number = 0;

export function bind(input, tools) {
  const list = Object.assign(document.createElement("ul"), { id: `people-${(number += 1)}`, className: "picker-list", hidden: true });
  const frame = Object.assign(document.createElement("div"), { className: "picker" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.replace("*", "").trim() || tools.say("people_found_none"));
  const hadFocus = document.activeElement === input;
  input.replaceWith(frame);
  frame.append(input, list);
  if (hadFocus) input.focus();
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  let request = null;
  let active = -1;

  function close() {
    soon.stop();
    request?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point(to) {
    const options = [...list.querySelectorAll("[role=option]")];
    if (!options.length) return;
    active = (to + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    options[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].id);
  }

  function take(option) {
    input.value = option.dataset.value;
    close();
    input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: { picked: true } }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(people) {
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...people.map((person, index) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${index}`, className: "picker-option" });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.value = person.value;
      option.append(Object.assign(document.createElement("span"), { textContent: person.name }), Object.assign(document.createElement("small"), { textContent: person.label }));
      return option;
    }));
    list.hidden = people.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    tools.announce(people.length ? tools.say("people_found", { number: people.length }) : tools.say("people_found_none"));
  }

  async function ask() {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    const address = new URL(input.dataset.personUrl, location.href);
    address.searchParams.set("q", input.value.trim());
    try {
      const answer = await tools.send(address, { method: "GET", signal });
      const people = answer.ok ? await answer.json() : [];
      if (!signal.aborted && document.activeElement === input) show(people);
    } catch (failure) {
      if (failure.name !== "AbortError") close();
    }
  }

  function key(event) {
    if (event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) point(event.key === "ArrowDown" ? active + 1 : Math.max(active, 0) - 1);
      else ask();
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      take(list.children[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }

  const soon = tools.settle(ask, 180);
  const typed = (event) => { if (!event.detail?.picked) soon(); };
  const picked = (event) => { const option = event.target.closest("[role=option]"); if (option) take(option); };
  input.addEventListener("input", typed);
  input.addEventListener("keydown", key);
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", picked);
  return () => { close(); input.removeEventListener("input", typed); input.removeEventListener("keydown", key); input.removeEventListener("blur", close); };
}
