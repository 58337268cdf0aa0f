"""The one command: starts everything, says what is wrong, leaves nobody behind."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.system import System, free_ports, system_environment
from tests.journeys.system import start as start_system
from tongzhou.core import live
from tongzhou.core.actor import Actor

ADMINISTRATOR = """
import django; django.setup()
from tongzhou.people.models import Person
Person.objects.create(username="zhou.yi", name="周怡", is_admin=True)
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, empty_company: Callable[[Path], Path]) -> Path:
    """The data folder of a company in which somebody is."""
    data = empty_company(tmp_path_factory.mktemp("house") / "data")
    environment = system_environment(data, free_ports(), demo=False)
    subprocess.run([sys.executable, "-c", ADMINISTRATOR], env=environment, check=True, capture_output=True)
    return data


@pytest.fixture
def running(house: Path) -> Iterator[System]:
    system = start_system(house, demo=False)
    yield system
    if system.process.poll() is None:
        system.stop()


def descendants(pid: int) -> set[int]:
    """The processes that a process started, and what they started."""
    children = {int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    return children.union(*(descendants(child) for child in children))


def alive(pids: set[int]) -> set[int]:
    """Those still there; a dead one that nobody has waited for yet does not count."""
    found = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found.add(pid)
    return found


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return met


def answers(system: System) -> bool:
    try:
        with urllib.request.urlopen(f"{system.url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_ctrl_c_stops_everything_with_an_open_stream_and_code_0(running, settings):
    settings.SECRET_KEY = (running.data / "secret.key").read_text()
    ticket = live.subscription_token(Actor(person_id=1, name="周怡"), ["project-1"])
    stream = urllib.request.urlopen(f"{running.stream_url}/stream?token={ticket}", timeout=5)
    assert stream.readline() == b"retry: 1000\n"
    house = descendants(running.process.pid)
    # web, stream, worker, clock, and one worker each of web and stream
    assert len(house) == 6
    assert running.stop() == 0
    assert alive(house) == set()
    stream.close()


def test_nobody_is_left_behind_when_the_server_is_killed(running):
    house = descendants(running.process.pid)
    running.process.kill()
    running.process.wait()
    assert eventually(lambda: not alive(house))


def test_a_killed_part_is_started_again(running):
    web = next(
        pid
        for pid in descendants(running.process.pid)
        if Path(f"/proc/{pid}/cmdline").read_text().split("\0")[-2] == "web"
    )
    os.kill(web, signal.SIGKILL)
    assert eventually(lambda: web not in alive({web}))
    assert eventually(lambda: answers(running))
    assert running.stop() == 0


def server(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tongzhou.config.command_line", "server", "--no-demo", *words]
    whole = {**system_environment(data, free_ports(), demo=False), **environment}
    return subprocess.run(
        command, env=whole, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False
    )


def test_a_taken_port_is_named_with_the_way_out(house):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        told = server(house, TONGZHOU_PORT=str(port))
    assert told.returncode == 1
    assert f"Port {port} is taken" in told.stdout
    assert "TONGZHOU_PORT=" in told.stdout


def test_an_empty_company_asks_for_its_administrator_and_stops_on_ctrl_c_of_the_terminal(tmp_path, empty_company):
    environment = system_environment(empty_company(tmp_path / "data"), free_ports(), demo=False)
    pid, terminal = pty.fork()
    if pid == 0:
        command = [sys.executable, "-m", "tongzhou.config.command_line", "server", "--no-demo"]
        os.execve(sys.executable, command, environment)
    said = ""

    def wait_for(words: str) -> None:
        nonlocal said
        while words not in said:
            assert select.select([terminal], [], [], 60)[0], said
            said += os.read(terminal, 4096).decode()

    for question, reply in (
        ("Login name:", "zhou.yi"),
        ("Password:", "short"),
        ("Login name:", "zhou.yi"),
        ("Password:", "boat-boat-boat-7"),
    ):
        wait_for(question)
        said = ""
        os.write(terminal, f"{reply}\n".encode())
    wait_for("Ctrl-C stops it.")
    os.write(terminal, b"\x03")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)


def test_an_empty_company_without_a_terminal_is_told_how_to_get_its_administrator(tmp_path, empty_company):
    told = server(empty_company(tmp_path / "data"))
    assert told.returncode == 1
    assert "tongzhou create-admin NAME" in told.stdout
