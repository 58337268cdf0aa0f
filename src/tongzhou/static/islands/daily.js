/* daily: the lines of a daily update. On the form with parts [data-part] that hold a list [data-lines]:
     [data-remove]   takes its line out (its text is put aside; pressing again brings it back)
     [data-blank]    the empty line at the end: whoever writes in it gets a new one below it */

export function bind(form) {
  const show = (line) => { line.querySelector("[data-remove]").hidden = line.hasAttribute("data-blank"); };

  function out(line) {
    const field = line.querySelector("input.form-control");
    if (line.classList.toggle("is-out")) {
      line.dataset.kept = field.name;
      field.removeAttribute("name");
      line.querySelector("input[type='hidden']").disabled = true;
    } else {
      field.name = line.dataset.kept;
      line.querySelector("input[type='hidden']").disabled = false;
    }
    field.readOnly = line.classList.contains("is-out");
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function grow(line) {
    const next = line.cloneNode(true);
    next.querySelector("input.form-control").value = "";
    line.removeAttribute("data-blank");
    show(line);
    line.after(next);
  }

  form.querySelectorAll("[data-lines] > li").forEach(show);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (button) out(button.closest("li"));
  });
  form.addEventListener("input", (event) => {
    const line = event.target.closest("[data-blank]");
    if (line && event.target.value) grow(line);
  });
}
