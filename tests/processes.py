"""Real processes of ours beside a test: on the test's own database, with its keys, on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


def environment(**more: str) -> dict[str, str]:
    """The environment in which a process of ours sees what this test sees."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TONGZHOU_", "PYTEST_"))}
    return {
        **kept,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings",
        "TONGZHOU_DATA": os.fspath(settings.TONGZHOU_DATA),
        "TONGZHOU_DATABASE_URL": database_url(),
        "TONGZHOU_SECRET_KEY": settings.SECRET_KEY,
        **more,
    }


def database_url() -> str:
    """The address of the database this test runs on."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    who = f"{facts['USER']}:{facts['PASSWORD']}" if facts["PASSWORD"] else facts["USER"]
    return f"postgres://{who}@{facts['HOST'] or '127.0.0.1'}:{facts['PORT'] or 5432}/{facts['NAME']}"


def start(*words: str, **more: str) -> subprocess.Popen[str]:
    """Starts ``python …`` there; what it prints is read through ``stdout``."""
    return subprocess.Popen(
        [sys.executable, *words], env=environment(**more), stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def start_ours(name: str, **more: str) -> subprocess.Popen[str]:
    """Starts ``tongzhou NAME``."""
    return start("-m", "tongzhou.config.command_line", name, **more)


def end(process: subprocess.Popen[Any], number: int = signal.SIGTERM) -> int:
    """Ends a process and what it started; the exit code."""
    if process.poll() is None:
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
    code = process.wait(15)
    if process.stdout:
        process.stdout.close()
    return code


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, process: subprocess.Popen[Any], seconds: float = 20) -> None:
    """Returns when somebody listens on the port."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the process ended with code {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on port {port}")


class StreamProcess:
    """``tongzhou stream``, which a test can kill and start again on the same port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Starts it and waits until it listens."""
        self._process = start_ours("stream", TONGZHOU_STREAM_PORT=str(self.port))
        wait_for_port(self.port, self._process)

    def kill(self) -> None:
        """kill -9, workers included."""
        end(self._process, signal.SIGKILL)
        # The kernel closes the port when the last of them is gone.
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                    return
            time.sleep(0.02)

    def stop(self) -> int:
        """As the system stops it; the exit code."""
        return end(self._process)


@contextmanager
def stream_process() -> Iterator[StreamProcess]:
    """The event stream on this test's database."""
    stream = StreamProcess()
    try:
        yield stream
    finally:
        stream.stop()
