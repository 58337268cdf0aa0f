"""A plan of 5,000 tasks and 7,500 links: its pages and its steps in process, and the chart in a real browser.

    PYTHONPATH=src:. python bench/plan.py [--tasks 5000] [--links 7500] [--runs 10] [--no-browser] [--only NAME] [--profile NAME]

SQLite in a folder that is thrown away; where ``TONGZHOU_BENCH_DATABASE_URL`` names an empty PostgreSQL database, that.
Beside the wall clock stands the processor's own time: other programs may use the machine at the same time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.pages import measure, profile, set_up

# Painted: the chart has laid out its rows, and the browser has drawn the frame that follows.
PAINTED = """() => new Promise((done) => {
  const look = () => {
    const chart = document.querySelector('.gantt_task_line');
    if (chart) requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
    else setTimeout(look, 5);
  };
  look();
})"""


def requests(project: Any) -> dict[str, Callable[[], Any]]:
    """What is measured: by name, a function that sends the request once. Steps are taken back each time."""
    from django.db import transaction
    from django.test import Client

    from tongzhou.people.queries import actor_for
    from tongzhou.planning import services
    from tongzhou.planning.models import Link, Task

    by = actor_for(project.lead)
    door = Client()
    door.force_login(project.lead)
    home = f"/projects/{project.pk}/plan"
    leaves = list(Task.objects.filter(project=project, is_summary=False, duration__gt=0).order_by("rank"))
    # The first on the critical path: nearly everything moves with it.
    early = next(task for task in leaves if task.is_critical)
    middle, late = leaves[len(leaves) // 2], leaves[-30]
    linked = Link.objects.filter(project=project, predecessor=early).first() or Link.objects.filter(project=project)[0]

    def get(address: str) -> Callable[[], Any]:
        return lambda: door.get(address)

    def undone(work: Callable[[], Any]) -> Callable[[], None]:
        def once() -> None:
            with transaction.atomic():
                work()
                transaction.set_rollback(True)

        return once

    def drag(task: Any) -> Callable[[], Any]:
        facts = {"task": task.pk, "start": task.start + timedelta(days=30)}
        return lambda: door.post(f"{home}/gantt/preview/", facts)

    return {
        "chart, frame": get(f"{home}/gantt/"),
        "chart, data": get(f"{home}/gantt/data/"),
        "drag preview, first task": drag(early),
        "drag preview, middle task": drag(middle),
        "drag preview, late task": drag(late),
        "task list, page 1": get(f"{home}/"),
        "task list, last page": get(f"{home}/?page=999"),
        "one task": get(f"{home}/tasks/{middle.pk}/"),
        "RACI matrix, page 1": get(f"{home}/raci/"),
        "RACI matrix, last page": get(f"{home}/raci/?page=999"),
        "resource needs and conflicts": get(f"{home}/resources/"),
        "baselines": get(f"{home}/baselines/"),
        "gate 2": get(f"/projects/{project.pk}/"),
        "load of all people": get("/resources/"),
        "API, tasks": get(f"/api/v1/projects/{project.pk}/plan/tasks"),
        "API, needs and conflicts": get(f"/api/v1/projects/{project.pk}/plan/resources"),
        "step: duration of the first task": undone(
            lambda: services.change_task(early.pk, None, {"duration": early.duration + 3}, by=by)
        ),
        "step: duration of a late task": undone(
            lambda: services.change_task(late.pk, None, {"duration": late.duration + 1}, by=by)
        ),
        "step: rename a task": undone(lambda: services.change_task(middle.pk, None, {"title": "改名"}, by=by)),
        "step: link two tasks": undone(lambda: services.link_tasks(early.pk, late.pk, by=by)),
        "step: unlink two tasks": undone(lambda: services.unlink_tasks(linked.pk, by=by)),
        "step: indent a task": undone(lambda: services.shift_task(leaves[-1].pk, "out", by=by)),
        "step: move a task up": undone(lambda: services.shift_task(middle.pk, "up", by=by)),
        "step: add a task in the middle": undone(
            lambda: services.add_task(project.pk, {"title": "新任务", "duration": 2}, after_id=middle.pk, by=by)
        ),
        "step: keep a version": undone(lambda: services.save_snapshot(project.pk, "初稿", by=by)),
    }


def open_chart(project: Any, runs: int) -> dict[str, Any]:
    """The chart in headless Chromium, from the address typed until the bars are painted; a server of its own answers."""
    from django.conf import settings
    from django.test import Client
    from playwright.sync_api import sync_playwright

    door = Client()
    door.force_login(project.lead)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "TONGZHOU_PORT": str(port),
        "TONGZHOU_HOSTS": "127.0.0.1,localhost",
        "PYTHONPATH": "src",
    }
    collect = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, env=environment, check=True)
    command = [sys.executable, "-m", "tongzhou.config.command_line", "web"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            cookie = door.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": f"http://127.0.0.1:{port}"}])
            page = context.new_page()
            taken, processor, scrolled = [], [], []
            for _ in range(runs):
                before = _cpu_of(server.pid)
                page.goto(f"http://127.0.0.1:{port}/projects/{project.pk}/plan/gantt/", wait_until="commit")
                taken.append(page.evaluate(PAINTED))
                processor.append(_cpu_of(server.pid) - before)
                scrolled.append(page.evaluate(_SCROLL))
            bars = page.locator(".gantt_task_line").count()
            browser.close()
        return {
            "painted_median_ms": round(statistics.median(taken)),
            "painted_least_ms": round(min(taken)),
            "server_cpu_median_ms": round(statistics.median(processor)),
            "frame_while_scrolling_median_ms": round(statistics.median(scrolled), 1),
            "bars_in_the_page": bars,
            "runs": runs,
        }
    finally:
        server.terminate()
        server.wait(20)


# Thirty screens down, a frame each: the middle one tells whether it stays fluid.
_SCROLL = """() => new Promise((done) => {
  const box = document.querySelector('.gantt_ver_scroll') || document.querySelector('.gantt_grid_data');
  const frames = []; let last = performance.now(); let n = 0;
  const next = () => {
    const now = performance.now(); frames.push(now - last); last = now;
    if (++n > 30) { frames.sort((a, b) => a - b); done(frames[15]); return; }
    box.scrollTop += 400; requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})"""


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not answer")


def _cpu_of(pid: int) -> float:
    """Processor milliseconds of a process so far."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    fields = told.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Builds, measures, prints, keeps."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tasks", type=int, default=5_000)
    asked.add_argument("--links", type=int, default=7_500)
    asked.add_argument("--runs", type=int, default=10)
    asked.add_argument("--no-browser", action="store_true")
    asked.add_argument("--profile", default="")
    asked.add_argument("--only", default="", help="names that begin so; keeps no result")
    given = asked.parse_args()
    folder = tempfile.mkdtemp(prefix="tongzhou-bench-")
    try:
        set_up(folder)
        from bench.big_plan import long_project
        from bench.machine import keep
        from django.db import connection

        begin = time.perf_counter()
        project = long_project(given.tasks, given.links)
        print(f"{connection.vendor}, {given.tasks} tasks, built in {time.perf_counter() - begin:.0f} s", flush=True)
        listed = requests(project)
        if given.profile:
            profile(next(send for name, send in listed.items() if name.startswith(given.profile)), given.runs)
            return
        figures: dict[str, Any] = {}
        for name, send in listed.items():
            if not name.startswith(given.only):
                continue
            figures[name] = found = measure(send, given.runs)
            print(
                f"{name:36} p50 {found['p50_ms']:7.1f} ms  cpu {found['cpu_p50_ms']:7.1f} ms"
                f"  {found['queries']:3} queries ({found['sql_ms']:6.1f} ms)  {found['bytes']:9,} bytes",
                flush=True,
            )
        if given.only:
            return
        if not given.no_browser:
            figures["chart in the browser"] = found = open_chart(project, given.runs)
            print(found)
        load = os.getloadavg()[0]
        name = "plan" if connection.vendor == "sqlite" else f"plan_{connection.vendor}"
        facts = {"tasks": given.tasks, "links": given.links, "runs": given.runs, "load": round(load, 1)}
        keep(name, figures, database=connection.vendor, **facts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
