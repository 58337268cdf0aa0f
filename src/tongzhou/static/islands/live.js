/* live: tells the page what others changed. On <body> with
     data-stream-url   server-sent events: `event: changed`, data {"topic", "name", "seq"}
     data-poll-url     the way without a stream: GET ?token=&since= answers {"seq", "topics"}
     data-live-token   the signed subscription, for polling
     data-live-since   the number up to which the page shows everything
   For every change the body gets an event `live:<topic>`, so that hx-trigger="live:project-12 from:body" refetches.
   A topic is announced at most every 150 ms. After a break the stream tells what was missed: it is asked from the last
   number heard. Where it cannot be reached the page asks every few seconds, and tries the stream again every minute. */

const POLL_SECONDS = 5;
// Tried once a second: long enough for a stream that is started again.
const GIVE_UP_STREAM_AFTER = 8;
// A browser holds only six connections to one address open; the stream of a seventh page would wait for ever.
const OPEN_WITHIN_SECONDS = 8;
const TRY_STREAM_AGAIN_AFTER_SECONDS = 60;

export function bind(body, tools) {
  const { streamUrl, pollUrl, liveToken, liveSince } = body.dataset;
  if (!liveToken && !streamUrl) return undefined;
  let seq = liveSince ? Number(liveSince) : null;
  let source = null;
  let failures = 0;
  let timer = 0;
  let over = false;
  const announcers = new Map();

  function changed(topic, detail) {
    if (!announcers.has(topic)) {
      announcers.set(topic, tools.settle((what) => body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: what })), 150));
    }
    announcers.get(topic)(detail);
  }

  async function ask() {
    if (!pollUrl || over) return;
    const url = new URL(pollUrl, location.href);
    url.searchParams.set("token", liveToken ?? "");
    if (seq !== null) url.searchParams.set("since", seq);
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      stop();
      tools.toast(tools.say("signed_out"), "warn");
      return;
    }
    if (!answer.ok) throw new Error(`live: ${answer.status}`);
    const news = await answer.json();
    if (news.over) {
      stop();
      tools.toast(tools.say("live_over"), "warn");
      return;
    }
    seq = news.seq;
    for (const topic of news.topics) changed(topic, { topic, seq });
  }

  function poll() {
    body.dataset.live = "polling";
    const streamAgainAt = Date.now() + TRY_STREAM_AGAIN_AFTER_SECONDS * 1000;
    const again = () => {
      if (over) return;
      if (streamUrl && window.EventSource && Date.now() > streamAgainAt) {
        stream();
        return;
      }
      const pause = POLL_SECONDS * Math.min(2 ** failures, 12) * (document.hidden ? 6 : 1);
      timer = setTimeout(async () => {
        try { await ask(); failures = 0; } catch { failures += 1; }
        again();
      }, pause * 1000);
    };
    ask().catch(() => {}).finally(again);
  }

  function stream() {
    const url = new URL(streamUrl);
    if (seq !== null) url.searchParams.set("since", seq);
    failures = 0;
    source = new EventSource(url);
    const slow = setTimeout(pollInstead, OPEN_WITHIN_SECONDS * 1000);
    source.addEventListener("open", () => {
      clearTimeout(slow);
      failures = 0;
      body.dataset.live = "streaming";
    });
    source.addEventListener("changed", (event) => {
      const news = JSON.parse(event.data);
      seq = news.seq;
      changed(news.topic, news);
    });
    source.addEventListener("error", () => {
      clearTimeout(slow);
      failures += 1;
      body.dataset.live = "waiting";
      if (source.readyState === EventSource.CLOSED || failures >= GIVE_UP_STREAM_AFTER) pollInstead();
    });
  }

  function pollInstead() {
    source?.close();
    source = null;
    failures = 0;
    if (!over) poll();
  }

  function stop() {
    over = true;
    clearTimeout(timer);
    source?.close();
    delete body.dataset.live;
  }

  if (streamUrl && window.EventSource) stream(); else poll();
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  return stop;
}
