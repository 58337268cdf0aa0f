/* theme: light, dark or as the device, at once and without a reload. On the form that posts to set_theme. */

export function bind(form, tools) {
  form.addEventListener("submit", (event) => {
    const choice = event.submitter?.value;
    if (!choice) return;
    event.preventDefault();
    const root = document.documentElement;
    root.dataset.themeChoice = choice;
    const dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.bsTheme = dark ? "dark" : "light";
    for (const button of form.querySelectorAll("button")) button.toggleAttribute("aria-current", false);
    event.submitter.setAttribute("aria-current", "true");
    tools.send(form.action, { body: new URLSearchParams({ theme: choice, next: "/" }), redirect: "manual" }).catch(() => {});
    const menu = form.closest("details");
    if (menu) menu.open = false;
  });
}
