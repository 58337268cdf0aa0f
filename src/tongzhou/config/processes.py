"""The processes of the system, and the one command that runs them all for a small company."""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
STOP_WITHIN_SECONDS = 8
CHILDREN = ("web", "stream", "worker", "clock")


def set_up() -> None:
    """Migrates the database, makes the cache table, collects browser files when they changed."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    _collect_static()
    connection.close()


def load_demo() -> bool:
    """Loads the demo company if nobody is there yet; True when it did."""
    from tongzhou.people.models import Person

    if Person.objects.exists():
        return False
    from .demo import load

    load()
    return True


def serve_all() -> int:
    """Sets up, starts every process, prints the address, and stops all of them cleanly on Ctrl-C."""
    started = time.monotonic()
    set_up()
    if settings.TONGZHOU_DEMO:
        if load_demo():
            print("The demo company is loaded.")
    elif not _somebody_there():
        return 1
    children = {name: _start(name) for name in CHILDREN}
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    if _wait_until_up(children, stopping):
        print(f"Tongzhou 同舟 runs at {settings.TONGZHOU_PUBLIC_URL}  ({time.monotonic() - started:.1f} s)")
        if settings.TONGZHOU_DEMO:
            print("Demo company: choose a person on the login page (or log in as zhou.yi, password tongzhou-demo).")
        print("Ctrl-C stops it.", flush=True)
    failed = False
    while not stopping.wait(0.5):
        for name, child in children.items():
            if child.poll() is not None:
                log.error("%s ended with code %s; starting it again", name, child.returncode)
                time.sleep(1)
                children[name] = _start(name)
                failed = failed or child.returncode != 0
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
    return 0


def run_web() -> int:
    """The pages and the API, as WSGI under granian."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "tongzhou.config.wsgi:application",
        address=os.environ.get("TONGZHOU_ADDRESS", "127.0.0.1"),
        port=settings.TONGZHOU_PORT,
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("TONGZHOU_WEB_WORKERS", "1")),
        blocking_threads=int(os.environ.get("TONGZHOU_WEB_THREADS", "4")),
        backlog=1024,
        log_enabled=settings.DEBUG,
    ).serve()
    return 0


def run_stream() -> int:
    """The event stream, as ASGI under granian."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "tongzhou.config.stream:application",
        address=os.environ.get("TONGZHOU_ADDRESS", "127.0.0.1"),
        port=settings.TONGZHOU_STREAM_PORT,
        interface=Interfaces.ASGI,
        workers=1,
        log_enabled=settings.DEBUG,
    ).serve()
    return 0


def run_worker() -> int:
    """Delivers the outbox and runs background jobs until told to stop."""
    django.setup()
    from django_tasks_db.management.commands.db_worker import Worker

    from tongzhou.messaging.services import deliver_due

    stopping = _stop_signal()
    jobs = Worker(
        queue_names=["default"],
        interval=1,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="tongzhou",
    )
    thread = threading.Thread(target=jobs.run, daemon=True)
    thread.start()
    _repeat(deliver_due, stopping)
    return 0


def run_clock() -> int:
    """Fires occasions that have fallen due, keeps the house tidy, until told to stop."""
    django.setup()
    from tongzhou.cadence.services import fire_due

    from .housekeeping import tidy

    stopping = _stop_signal()

    def beat() -> None:
        fire_due()
        tidy()

    _repeat(beat, stopping)
    return 0


def _repeat(work: Callable[[], object], stopping: threading.Event) -> None:
    from django.db import close_old_connections

    while not stopping.wait(LOOK_EVERY_SECONDS):
        try:
            close_old_connections()
            work()
        except Exception:
            # A database restart must not end the process; what was not done is done the next time.
            log.exception("a round of work failed")


def _stop_signal() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def _start(name: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C in the terminal reaches the parent only, which stops the children in order.
    return subprocess.Popen([sys.executable, "-m", "tongzhou.config.command_line", name], start_new_session=True)  # noqa: S603


def _wait_until_up(children: dict[str, subprocess.Popen[bytes]], stopping: threading.Event) -> bool:
    import http.client

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not stopping.is_set():
        if children["web"].poll() is not None:
            print("The web process did not start; is the port taken?", file=sys.stderr)
            stopping.set()
            return False
        connection = http.client.HTTPConnection("127.0.0.1", settings.TONGZHOU_PORT, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            stopping.wait(0.1)
        finally:
            connection.close()
    return False


def _somebody_there() -> bool:
    """Asks for the first administrator where there is nobody yet."""
    from tongzhou.people.models import Person

    if Person.objects.exists():
        return True
    if not sys.stdin.isatty():
        print("Nobody can log in yet. Make the first administrator:  tongzhou create-admin NAME", file=sys.stderr)
        return False
    from .command_line import main

    return main(["create-admin", input("Login name of the first administrator: ").strip()]) == 0


def _collect_static() -> None:
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.WHITENOISE_USE_FINDERS:
        return
    facts = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            facts.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    mark = Path(settings.STATIC_ROOT) / ".collected"
    if mark.exists() and mark.read_text() == facts.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(facts.hexdigest())
