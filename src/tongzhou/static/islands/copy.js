/* copy: puts a text on the clipboard. On a button with data-copy-text="…" or data-copy-from="#element". */

export function bind(button, tools) {
  button.addEventListener("click", async () => {
    const source = button.dataset.copyFrom ? document.querySelector(button.dataset.copyFrom) : null;
    const text = source ? (source.value ?? source.textContent) : button.dataset.copyText ?? "";
    try {
      await navigator.clipboard.writeText(text);
      tools.toast(tools.say("copied"), "good");
    } catch {
      if (source?.select) source.select();
      tools.toast(tools.say("copy_failed"), "warn");
    }
  });
}
