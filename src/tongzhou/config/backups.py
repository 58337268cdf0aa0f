"""``tongzhou backup`` and ``tongzhou restore``: database and files in one archive, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from tongzhou import __version__

DATABASE, FACTS, FILES, KEYS = "database", "backup.json", "files", "keys"


def backup(target: Path) -> None:
    """Writes a .tar.gz of the database (SQLite's backup API or pg_dump, never a copy of the live file), files and keys.

    The database is read first: files are never changed or removed, so every file it names is in the archive.
    """
    django.setup()
    from tongzhou.core.verify import head_line

    with tempfile.TemporaryDirectory(dir=target.resolve().parent) as scratch:
        dump = Path(scratch) / DATABASE
        _dump(dump)
        facts = {"version": __version__, "engine": _engine(), "head": head_line()}
        (Path(scratch) / FACTS).write_text(json.dumps(facts))
        draft = Path(scratch) / "draft"
        with tarfile.open(draft, "w:gz") as archive:
            archive.add(Path(scratch) / FACTS, FACTS)
            archive.add(dump, DATABASE)
            for name, folder in ((FILES, Path(settings.TONGZHOU_FILES)), (KEYS, settings.TONGZHOU_DATA / "keys")):
                if folder.exists():
                    archive.add(folder, name)
            for name in ("secret.key", "anchors.jsonl"):
                if (settings.TONGZHOU_DATA / name).exists():
                    archive.add(settings.TONGZHOU_DATA / name, name)
        draft.replace(target)


def restore(source: Path) -> str:
    """Puts a backup in place of an empty system; returns a sentence on what was restored. Raises ``ValueError``."""
    django.setup()
    with tempfile.TemporaryDirectory(dir=settings.TONGZHOU_DATA) as scratch:
        with tarfile.open(source) as archive:
            archive.extractall(scratch, filter="data")
        folder = Path(scratch)
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text())
        if facts["engine"] != _engine():
            raise ValueError(f"This backup is of {facts['engine']}, the system runs on {_engine()}.")
        if _has_people():
            raise ValueError("There are people in this system already; restore into an empty one.")
        for name, target in ((FILES, Path(settings.TONGZHOU_FILES)), (KEYS, settings.TONGZHOU_DATA / "keys")):
            if (folder / name).exists():
                shutil.copytree(folder / name, target, dirs_exist_ok=True)
        for name in ("secret.key", "anchors.jsonl"):
            if (folder / name).exists():
                shutil.copy2(folder / name, settings.TONGZHOU_DATA / name)
        _load(folder / DATABASE)
    return f"Restored version {facts['version']}, event log at {facts['head']}."


def _engine() -> str:
    return "sqlite" if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "postgresql"


def _has_people() -> bool:
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM people_person")
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return False
    finally:
        connection.close()


def _dump(target: Path) -> None:
    if _engine() == "sqlite":
        with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as live, sqlite3.connect(target) as copy:
            live.backup(copy)
        copy.close()
        live.close()
    else:
        subprocess.run(["pg_dump", "--format=custom", f"--file={target}", *_where()], env=_password(), check=True)  # noqa: S603, S607


def _load(source: Path) -> None:
    if _engine() == "sqlite":
        with sqlite3.connect(source) as copy, sqlite3.connect(settings.DATABASES["default"]["NAME"]) as live:
            copy.backup(live)
        copy.close()
        live.close()
    else:
        command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", *_where(), str(source)]
        subprocess.run(command, env=_password(), check=True)  # noqa: S603


def _where() -> list[str]:
    database = settings.DATABASES["default"]
    words = [f"--dbname={database['NAME']}"]
    for option, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database.get(key):
            words.append(f"{option}={database[key]}")
    return words


def _password() -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": str(settings.DATABASES["default"].get("PASSWORD") or "")}
