/* Runs before the first paint: where the reader follows the device, take its light or dark. */
(() => {
  const root = document.documentElement;
  if (root.dataset.themeChoice !== "auto") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    if (root.dataset.themeChoice === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", apply);
  apply();
})();

/* What cannot be undone is never done unasked: pressed before the page's dialog is bound, it waits for the dialog; where
   the dialog cannot come, the browser's own question is asked. */
(() => {
  let dialogIs = "coming";
  const waiting = [];
  const become = (state) => { dialogIs = state; waiting.splice(0).forEach((again) => again()); };

  document.addEventListener("island:ready", (event) => { if (event.target.id === "ask") become("there"); }, true);
  document.addEventListener("island:failed", (event) => { if (event.target.id === "ask") become("missing"); }, true);
  document.addEventListener("error", (event) => { if (event.target.matches?.("script[type=module]")) become("missing"); }, true);

  function hold(event, text, again) {
    if (!text || dialogIs === "there" || (dialogIs === "missing" && window.confirm(text))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (dialogIs === "coming") waiting.push(again);
  }

  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    hold(event, submitter?.dataset.confirm || target.dataset.confirm, () => target.requestSubmit(submitter ?? undefined));
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-confirm]");
    if (link) hold(event, link.dataset.confirm, () => link.click());
  }, true);
})();
