"""A data folder as ``tongzhou setup`` leaves it, made once; each test takes a copy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.system import free_ports, system_environment


@pytest.fixture(scope="session")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("set-up") / "data"
    command = [sys.executable, "-m", "tongzhou.config.command_line", "setup"]
    subprocess.run(command, env=system_environment(data, free_ports(), demo=False), check=True, capture_output=True)
    return data


@pytest.fixture(scope="session")
def empty_company(set_up_once: Path) -> Callable[[Path], Path]:
    """Puts an empty company into a folder."""

    def put(folder: Path) -> Path:
        return Path(shutil.copytree(set_up_once, folder))

    return put
