/* confirm: the one dialog that asks before what cannot be undone. On the <dialog id="ask">. Asked for by
     data-confirm="text" on a <form>, or on a submit button or link (with data-confirm-title, data-confirm-yes and
     data-confirm-danger); hx-confirm works the same; islands call tools.ask(text, {title, yes, danger}).
   Without the dialog (old browser) the browser's own question is asked. */

export function bind(dialog, tools) {
  const title = dialog.querySelector("#ask-title");
  const text = dialog.querySelector("#ask-text");
  const yes = dialog.querySelector("[data-ask-yes]");
  const usual = { title: title.textContent, yes: yes.textContent };

  function ask({ text: words, title: head, yes: word, danger, resolve }) {
    if (!dialog.showModal) { resolve(window.confirm(words)); return; }
    title.textContent = head || usual.title;
    text.textContent = words;
    yes.textContent = word || usual.yes;
    yes.classList.toggle("btn-danger", Boolean(danger));
    yes.classList.toggle("btn-primary", !danger);
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  }

  const options = (element) => ({
    text: element.dataset.confirm,
    title: element.dataset.confirmTitle,
    yes: element.dataset.confirmYes,
    danger: "confirmDanger" in element.dataset,
  });

  document.addEventListener("tongzhou:ask", (event) => ask(event.detail));

  document.addEventListener("submit", (event) => {
    const asking = event.submitter?.dataset.confirm ? event.submitter : event.target.dataset.confirm ? event.target : null;
    if (!asking || event.target.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tools.ask(asking.dataset.confirm, options(asking)).then((agreed) => {
      if (!agreed) return;
      event.target.dataset.confirmed = "yes";
      event.target.requestSubmit(event.submitter ?? undefined);
      delete event.target.dataset.confirmed;
    });
  }, true);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-confirm]");
    if (!link) return;
    event.preventDefault();
    tools.ask(link.dataset.confirm, options(link)).then((agreed) => { if (agreed) location.assign(link.href); });
  });

  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const asking = event.detail.elt;
    tools.ask(event.detail.question, { ...options(asking), text: event.detail.question }).then((agreed) => { if (agreed) event.detail.issueRequest(true); });
  });
}
