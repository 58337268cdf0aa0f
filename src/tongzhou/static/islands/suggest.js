/* suggest: names while somebody types one. On an <input> with
     data-suggest-url   GET ?q=… answers [{value, label}]; what is chosen is the value
   The list is the browser's own <datalist>: keyboard, touch and screen readers come with it. */

let number = 0;

export function bind(input, tools) {
  const list = document.createElement("datalist");
  list.id = `suggest-${(number += 1)}`;
  input.after(list);
  input.setAttribute("list", list.id);
  let request = null;

  async function ask() {
    const text = input.value.trim();
    if (!text || [...list.options].some((option) => option.value === text)) return;
    request?.abort();
    request = new AbortController();
    const address = new URL(input.dataset.suggestUrl, location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await tools.send(address, { method: "GET", signal: request.signal });
      if (!answer.ok) return;
      list.replaceChildren(...(await answer.json()).map(({ value, label }) => Object.assign(document.createElement("option"), { value, label })));
    } catch (failure) {
      if (failure.name !== "AbortError") list.replaceChildren();
    }
  }

  const soon = tools.settle(ask, 180);
  input.addEventListener("input", soon);
  return () => { soon.stop(); request?.abort(); list.remove(); };
}
