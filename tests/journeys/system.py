"""Starts the whole system as a user would, in a folder of its own, on free ports."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A busy machine takes minutes to tell the demo company its story.
START_SECONDS = 400


@dataclass
class System:
    """A running system: its address, its data folder, how to run a command in it."""

    url: str
    data: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def stream_url(self) -> str:
        """The address of the event stream."""
        return f"http://127.0.0.1:{self.environment['TONGZHOU_STREAM_PORT']}"

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs ``tongzhou …`` beside the system."""
        return subprocess.run(
            [sys.executable, "-m", "tongzhou.config.command_line", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def free_ports() -> tuple[int, int]:
    """Two ports nobody listens on, for pages and stream."""
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def system_environment(data: Path, ports: tuple[int, int], *, demo: bool, database_url: str = "") -> dict[str, str]:
    """The environment of a system of its own, nothing of the test's in it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TONGZHOU_", "PYTEST_"))}
    environment |= {
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings",
        "TONGZHOU_DATA": str(data),
        "TONGZHOU_PORT": str(ports[0]),
        "TONGZHOU_STREAM_PORT": str(ports[1]),
        "TONGZHOU_DEMO": "1" if demo else "0",
    }
    if database_url:
        environment["TONGZHOU_DATABASE_URL"] = database_url
    return environment


def start(data: Path, *, demo: bool = True, database_url: str = "") -> System:
    """Starts the server and waits until it answers."""
    data.mkdir(parents=True, exist_ok=True)
    ports = free_ports()
    url = f"http://127.0.0.1:{ports[0]}"
    environment = system_environment(data, ports, demo=demo, database_url=database_url)
    log = (data / "server.log").open("wb")
    command = [sys.executable, "-m", "tongzhou.config.command_line", "server", *([] if demo else ["--no-demo"])]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    log.close()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server did not start:\n{(data / 'server.log').read_text()[-4000:]}")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return System(url, data, environment, process)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    process.kill()
    process.wait()
    raise RuntimeError(f"The server did not answer in {START_SECONDS} s:\n{(data / 'server.log').read_text()[-4000:]}")


def fresh_postgres(url: str, name: str) -> str:
    """Makes an empty database beside the one named by ``url`` and returns its address."""
    import psycopg

    server = re.sub(r"/[^/]*$", "/postgres", url)
    with psycopg.connect(server.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return re.sub(r"/[^/]*$", f"/{name}", url)
