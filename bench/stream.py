"""The event stream with many open pages: memory, and how long a change takes to reach all of them."""

from __future__ import annotations

import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (1, 200, 500)
CHANGES = 20


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def memory_mib(pid: int) -> float:
    """Resident memory of a process and what it started (shared pages counted once: PSS)."""
    pids, total = [pid], 0
    while pids:
        current = pids.pop()
        pids += [int(word) for word in Path(f"/proc/{current}/task/{current}/children").read_text().split()]
        line = next(
            row for row in Path(f"/proc/{current}/smaps_rollup").read_text().splitlines() if row.startswith("Pss:")
        )
        total += int(line.split()[1])
    return round(total / 1024, 1)


def processor_seconds(pid: int) -> float:
    """Processor time used so far by a process and what it started."""
    pids, ticks = [pid], 0
    while pids:
        current = pids.pop()
        pids += [int(word) for word in Path(f"/proc/{current}/task/{current}/children").read_text().split()]
        fields = Path(f"/proc/{current}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def open_pages(port: int, token: str, number: int) -> list[socket.socket]:
    """Streams as a browser opens them, each greeted."""
    pages = []
    for _ in range(number):
        page = socket.create_connection(("127.0.0.1", port))
        page.sendall(f"GET /stream?token={token} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        pages.append(page)
    for page in pages:
        greeting = b""
        while b"hello" not in greeting:
            greeting += page.recv(4096)
        page.setblocking(False)
    return pages


def heard_after(pages: list[socket.socket], since: float) -> list[float]:
    """Milliseconds until each page has heard the change."""
    with selectors.DefaultSelector() as waiting:
        for page in pages:
            waiting.register(page, selectors.EVENT_READ)
        times = []
        while waiting.get_map():
            for key, _ in waiting.select(5):
                if b"data:" in key.fileobj.recv(65536):  # type: ignore[union-attr]
                    times.append((time.monotonic() - since) * 1000)
                    waiting.unregister(key.fileobj)
    return times


def main() -> None:
    """Measures on SQLite in a scratch folder."""
    with tempfile.TemporaryDirectory() as scratch:
        port = free_port()
        os.environ |= {"TONGZHOU_DATA": scratch, "TONGZHOU_STREAM_PORT": str(port), "PYTHONPATH": str(ROOT / "src")}
        os.environ["DJANGO_SETTINGS_MODULE"] = "tongzhou.config.settings"
        sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
        command = [sys.executable, "-m", "tongzhou.config.command_line"]
        subprocess.run([*command, "setup"], check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        from bench.machine import keep

        from tongzhou.core import acts, events, live
        from tongzhou.people.models import Person
        from tongzhou.people.queries import actor_for

        person = Person.objects.create(username="bench", name="bench")
        token = live.subscription_token(actor_for(person), ["project-1"])

        @acts.act
        def change() -> None:
            events.signal("project-1", "bench.thing.changed")

        figures = []
        for number in PAGES:
            stream = subprocess.Popen([*command, "stream"])
            while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
                time.sleep(0.05)
            pages = open_pages(port, token, number)
            quiet_from, used = time.monotonic(), processor_seconds(stream.pid)
            time.sleep(4)
            quiet = (processor_seconds(stream.pid) - used) / (time.monotonic() - quiet_from)
            times: list[float] = []
            for _ in range(CHANGES):
                change()
                times += heard_after(pages, time.monotonic())
            times.sort()
            figures.append(
                {
                    "open_pages": number,
                    "memory_mib": memory_mib(stream.pid),
                    "processor_percent_when_quiet": round(quiet * 100, 1),
                    "heard_after_ms_p50": round(statistics.median(times)),
                    "heard_after_ms_p95": round(times[int(len(times) * 0.95)]),
                }
            )
            for page in pages:
                page.close()
            stream.terminate()
            stream.wait()
        print(keep("stream", figures, database="SQLite", changes=CHANGES).read_text())


if __name__ == "__main__":
    main()
