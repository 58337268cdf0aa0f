/* countdown: a visible clock. On the <time> of {% countdown %} with
     datetime   the moment it runs to · data-now  the server's time when the page was made (the try-out clock moves it)
     data-soon  seconds before the end from which it is amber; past the end it is red and counts on. */

export function bind(clock, tools) {
  const end = Date.parse(clock.getAttribute("datetime"));
  const shift = (Date.parse(clock.dataset.now) || Date.now()) - Date.now();
  const soon = Number(clock.dataset.soon || 300);
  const two = (number) => String(number).padStart(2, "0");
  let phase = "";

  function words(seconds) {
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor((seconds % 86400) / 3600);
    const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
    if (days) return `${days} d ${two(hours)}:${rest}`;
    return hours ? `${hours}:${rest}` : rest;
  }

  function tick() {
    const left = Math.round((end - Date.now() - shift) / 1000);
    const over = left < 0;
    clock.textContent = over ? tools.say("clock_over", { time: words(-left) }) : words(left);
    const next = over ? "over" : left <= soon ? "soon" : "";
    if (next !== phase) {
      phase = next;
      clock.dataset.phase = next;
      if (next) clock.dispatchEvent(new CustomEvent(`clock:${next}`, { bubbles: true }));
    }
  }

  tick();
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
}
