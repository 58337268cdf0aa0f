/* drop: files by dragging. On a .drop-zone around an <input type="file">, with
     data-max-bytes    larger files are refused here already, with their name
     data-send         submits the form as soon as files are chosen
     [data-drop-list]  where the chosen files are named */

const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

export function bind(zone, tools) {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector("[data-drop-list]");
  const most = Number(zone.dataset.maxBytes || 0);
  let depth = 0;

  function over(on) { zone.classList.toggle("is-over", on); }

  function show() {
    const fit = new DataTransfer();
    for (const file of input.files) {
      if (most && file.size > most) tools.toast(tools.say("drop_too_large", { name: file.name, limit: size(most) }), "warn");
      else fit.items.add(file);
    }
    if (fit.files.length !== input.files.length) input.files = fit.files;
    list?.replaceChildren(...[...input.files].map((file) => {
      const item = document.createElement("li");
      const weight = Object.assign(document.createElement("span"), { className: "number", textContent: size(file.size) });
      item.append(file.name, weight);
      return item;
    }));
    if ("send" in zone.dataset && input.files.length) input.form.requestSubmit();
  }

  zone.addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; over(true); });
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) over(false); });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    over(false);
    if (!event.dataTransfer.files.length || input.disabled) return;
    const chosen = new DataTransfer();
    for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) chosen.items.add(file);
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", show);
}
