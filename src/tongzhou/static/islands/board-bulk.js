/* board-bulk: one act on all selected tasks of the board. On the bar (a form); hears `board:chosen` {tasks, said} and shows
   itself while there are any. Parts with data-for="act act" are shown for these acts only. Done to all or to none; what
   is refused is said in [data-bulk-error], and the selection stays. */

export function bind(form, tools) {
  const section = form.closest("[data-island~=board]");
  const words = JSON.parse(document.getElementById("board-words").textContent);
  const { api } = JSON.parse(document.getElementById("board-facts").textContent);
  const error = form.querySelector("[data-bulk-error]");
  const tell = (name, detail = {}) => section.dispatchEvent(new CustomEvent(name, { detail }));
  let tasks = [];

  function dress() {
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(form.elements.act.value);
  }

  async function send(event) {
    event.preventDefault();
    const values = new FormData(form);
    const body = { act: values.get("act"), tasks, reason: values.get("reason") };
    if (body.act === "progress") body.percent = values.get("percent") === "" ? null : Number(values.get("percent"));
    if (body.act === "risk") body.risk = values.get("risk");
    const answer = await tools.send(`${api}/board/bulk`, { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
    const told = await answer.json().catch(() => ({}));
    error.textContent = answer.ok ? "" : told.fields ? Object.values(told.fields).flat().join(" ") : told.detail || told.title || words.failed;
    if (answer.ok) {
      form.reset();
      tools.toast(words.bulk_done.replace("{count}", told.count), "good");
      tell("board:unchosen");
    }
    tell("board:changed", { id: 0 });
  }

  form.addEventListener("board:chosen", ({ detail }) => {
    tasks = detail.tasks;
    form.hidden = tasks.length === 0;
    form.querySelector("[data-bulk-count]").textContent = detail.said;
    if (!tasks.length) error.textContent = "";
    dress();
  });
  form.addEventListener("change", dress);
  form.addEventListener("submit", send);
  form.querySelector("[data-bulk-clear]").addEventListener("click", () => tell("board:unchosen"));
}
