"""The processes of the system, and the one command that runs them all for a small company."""

from __future__ import annotations

import gc
import hashlib
import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings

if TYPE_CHECKING:
    from tongzhou.cadence.services import ClockGuard

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
STOP_WITHIN_SECONDS = 8
# Set in the processes that `tongzhou server` starts.
TIED = "TONGZHOU_ENDS_WITH_PARENT"
CHILDREN = ("web", "stream", "worker", "clock")


def set_up() -> None:
    """Migrates the database, makes the cache table, collects browser files; each only when there is something to do."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _say("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    _collect_static()
    connection.close()


def load_demo() -> bool:
    """Loads the demo company if nobody is there yet, whole or not at all; True when it did."""
    from django.db import transaction

    from tongzhou.people.models import Person

    if Person.objects.exists():
        return False
    from .demo import load

    _say("Loading the demo company …")
    with transaction.atomic():
        load()
    return True


def serve_all() -> int:
    """Sets up, starts every process, prints the address, and stops all of them cleanly on Ctrl-C."""
    started = time.monotonic()
    if taken := [port for port in (settings.TONGZHOU_PORT, settings.TONGZHOU_STREAM_PORT) if not _is_free(port)]:
        _say(
            f"Port {taken[0]} is taken. Start with another one, e.g.  TONGZHOU_PORT={settings.TONGZHOU_PORT + 10}  "
            "(the event stream uses the next port, or TONGZHOU_STREAM_PORT)."
        )
        return 1
    set_up()
    if settings.TONGZHOU_DEMO:
        load_demo()
    elif not _somebody_there():
        return 1
    # From here on the signals stop the house; before, Ctrl-C simply ends the set-up.
    stopping = _stop_signal()
    children = {name: _start(name) for name in CHILDREN}
    try:
        if _wait_until_up(children, stopping):
            _say(f"Tongzhou 同舟 runs at {settings.TONGZHOU_PUBLIC_URL}  ({time.monotonic() - started:.1f} s)")
            if settings.TONGZHOU_DEMO:
                from .demo.people import PASSWORD

                _say(f"Demo company: choose a person on the login page, or log in as zhou.yi with {PASSWORD}.")
            _say("Ctrl-C stops it.")
            _keep_running(children, stopping)
            return 0
        return 0 if stopping.is_set() else 1
    finally:
        _stop(children)


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
        workers_kill_timeout=STOP_WITHIN_SECONDS - 2,
        respawn_failed_workers=True,
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
        # Streams never end by themselves; pages come back when the process does.
        workers_kill_timeout=1,
        respawn_failed_workers=True,
        log_enabled=settings.DEBUG,
    ).serve()
    return 0


def run_worker() -> int:
    """Delivers the outbox and runs background jobs until told to stop."""
    django.setup()
    from tongzhou.cadence.queries.health import WORKER
    from tongzhou.cadence.services import beat, look_around
    from tongzhou.messaging.services import deliver_due, deliver_groups

    def deliver() -> None:
        deliver_due()
        beat(WORKER)

    stopping = _stop_signal()

    def groups() -> None:
        deliver_groups(settings.TONGZHOU_SENDERS)

    # A mail server that hangs holds up no group, a job that computes holds up no message. The auditor looks here too, so
    # that somebody notices when no clock runs.
    works = (run_jobs, groups, look_around)
    threads = [threading.Thread(target=_repeat, args=(work, stopping), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    _repeat(deliver, stopping)
    # What is under way may finish; what takes longer is found by its lease, or by the housekeeping.
    deadline = time.monotonic() + STOP_WITHIN_SECONDS - 2
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0))
    return 0


def run_jobs() -> None:
    """Runs the background jobs that are ready, one after the other."""
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    # The worker locks the whole SQLite database to look; so look without a lock first.
    if not DBTaskResult.objects.ready().exists():
        return
    Worker(
        queue_names=["default"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{socket.gethostname()[:40]}-{os.getpid()}",
    ).run()


def run_clock() -> int:
    """Plans ahead, fires what has fallen due, audits, keeps the house tidy, until told to stop."""
    django.setup()
    from tongzhou.core import clock

    stopping = _stop_signal()
    guard = _clock_guard()
    _repeat(lambda: tick(guard, clock.machine_now(), time.monotonic()), stopping)
    return 0


def _clock_guard() -> ClockGuard:
    from tongzhou.cadence.services import ClockGuard

    return ClockGuard()


def tick(guard: ClockGuard, wall: datetime, steady: float) -> None:
    """One round of the clock. A machine whose time has just jumped fires nothing for a moment."""
    from tongzhou.cadence.queries.health import CLOCK
    from tongzhou.cadence.services import beat, fire_due, look_around, plan_ahead
    from tongzhou.messaging.services import send_daily_mails

    from .housekeeping import tidy

    if guard.may_fire(wall, steady):
        # What is overdue fires before anything is planned anew: after a time of no clock it goes out late and marked.
        fire_due()
        plan_ahead()
        send_daily_mails()
    beat(CLOCK)
    look_around()
    tidy()


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


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _is_free(port: int) -> bool:
    # The server itself shares its port among its workers, so it would not notice another system on it.
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("TONGZHOU_ADDRESS", "127.0.0.1"), port))
        except OSError:
            return False
    return True


def _start(name: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C in the terminal reaches the parent only, which stops the children in order.
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "tongzhou.config.command_line", name],
        start_new_session=True,
        stdin=subprocess.PIPE,
        env={**os.environ, TIED: "1"},
    )


def spare_the_collector() -> None:
    """Called once everything is loaded: what was loaded stays for good, and a page that reads thousands of rows is over
    before any of them is garbage. Looking through all of it again and again took a third of such a page's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def end_with_parent() -> None:
    """Ends this process when the one that started it is gone, however that ended; nobody is left behind.

    Called in the processes that ``tongzhou server`` starts (their stdin is a pipe that only the parent holds open)
    and in the workers of web and stream.
    """
    if (parent := multiprocessing.parent_process()) is not None:
        _when(parent.join)
    elif os.environ.get(TIED):
        # Not sys.stdin: a lock held on it would outlive the fork of a worker.
        _when(lambda: os.read(0, 1))


def _when(parent_is_gone: Callable[[], object]) -> None:
    def watch() -> None:
        parent_is_gone()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_WITHIN_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _wait_until_up(children: dict[str, subprocess.Popen[bytes]], stopping: threading.Event) -> bool:
    import http.client

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not stopping.is_set():
        for name, child in children.items():
            if child.poll() is not None:
                log.error("%s ended with code %s before it was up", name, child.returncode)
                return False
        connection = http.client.HTTPConnection(os.environ.get("TONGZHOU_ADDRESS", "127.0.0.1"), settings.TONGZHOU_PORT)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return True
        except OSError:
            pass
        finally:
            connection.close()
        stopping.wait(0.05)
    return False


def _keep_running(children: dict[str, subprocess.Popen[bytes]], stopping: threading.Event) -> None:
    """Starts again whatever ends by itself, at most once a second each."""
    while not stopping.wait(1.0):
        for name, child in children.items():
            if child.poll() is not None:
                log.error("%s ended with code %s; starting it again", name, child.returncode)
                children[name] = _start(name)


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    for name, child in children.items():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time", name)
            child.kill()
            child.wait()


def _somebody_there() -> bool:
    """Asks for the first administrator where there is nobody yet."""
    from tongzhou.people.models import Person

    if Person.objects.exists():
        return True
    if not sys.stdin.isatty():
        _say("Nobody can log in yet. Make the first administrator with  tongzhou create-admin NAME  and start again.")
        return False
    from .command_line import main

    _say("The company is empty. Who is its first administrator?")
    while not Person.objects.exists():
        if username := input("Login name: ").strip():
            main(["create-admin", username])
    return True


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
    _say("Collecting the browser files …")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(facts.hexdigest())
