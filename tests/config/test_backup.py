"""What is backed up comes back, and is verified."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKE_SOMETHING = """
import django; django.setup()
from tongzhou.core import acts, events, files
from tongzhou.core.actor import system
from tongzhou.people.models import Person
@acts.act
def begin():
    events.record(system("test"), "people.person.added", Person.objects.create(username="zhou.yi", name="周怡"))
begin()
print(files.store("备忘录".encode()))
"""
LOOK = """
import sys, django; django.setup()
from tongzhou.core import files
from tongzhou.people.models import Person
print(Person.objects.get().name, files.fetch(sys.argv[1]).decode())
"""


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TONGZHOU_")}
    environment |= {"TONGZHOU_DATA": str(data), "PYTHONPATH": str(ROOT / "src"), "TONGZHOU_DEBUG": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "tongzhou.config.settings"
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)


TONGZHOU = ("-m", "tongzhou.config.command_line")


@pytest.fixture(scope="module")
def kept(tmp_path_factory, empty_company):
    """A backup of a company with a person and a file: the archive, and the file's key."""
    folder = tmp_path_factory.mktemp("kept")
    before, archive = empty_company(folder / "before"), folder / "backup.tar.gz"
    key = run(before, "-c", MAKE_SOMETHING).stdout.strip()
    assert run(before, *TONGZHOU, "backup", str(archive)).returncode == 0
    return archive, key


def test_a_backup_restores_database_files_and_a_log_that_verifies(tmp_path, kept):
    archive, key = kept
    restored = run(tmp_path, *TONGZHOU, "restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    assert "Nothing wrong found." in restored.stdout
    assert run(tmp_path, "-c", LOOK, key).stdout.strip() == "周怡 备忘录"
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "keys").iterdir()}
    assert modes["record.ed25519.pem"] == "0o600"

    again = run(tmp_path, *TONGZHOU, "restore", str(archive))
    assert again.returncode == 1
    assert "There are people in this system already" in again.stderr


def test_an_archive_that_reaches_outside_its_folder_is_refused(tmp_path):
    archive, outside = tmp_path / "hostile.tar.gz", tmp_path / "outside"
    with tarfile.open(archive, "w:gz") as packed:
        member = tarfile.TarInfo(f"../../{outside.name}")
        member.size = 4
        packed.addfile(member, io.BytesIO(b"here"))
    refused = run(tmp_path / "data", *TONGZHOU, "restore", str(archive))
    assert refused.returncode == 1
    assert "This is no backup of Tongzhou" in refused.stderr
    assert not list(tmp_path.rglob("outside"))


def test_a_backup_cut_short_is_refused_in_words(tmp_path, kept):
    whole, half = kept[0], tmp_path / "half.tar.gz"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    refused = run(tmp_path / "after", *TONGZHOU, "restore", str(half))
    assert refused.returncode == 1
    assert refused.stderr.startswith("This is no whole backup of Tongzhou")
