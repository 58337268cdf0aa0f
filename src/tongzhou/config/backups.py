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
        folder = Path(scratch)
        try:
            _unpack(source, folder)
        except (tarfile.TarError, EOFError) as failure:
            raise ValueError(f"This is no whole backup of Tongzhou: {failure}") from failure
        if not (folder / FACTS).exists() or not (folder / DATABASE).exists():
            raise ValueError("This is no backup of Tongzhou: it names no system and no database.")
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


def _unpack(source: Path, folder: Path) -> None:
    """Plain files under the folder, nothing else: no links, no devices, no way out of it.

    By hand, because Debian 12's Python 3.11.2 has no extraction filters yet.
    """
    with tarfile.open(source) as archive:
        for member in archive:
            place = (folder / member.name).resolve()
            if not place.is_relative_to(folder.resolve()) or not (member.isfile() or member.isdir()):
                raise ValueError(f"This is no backup of Tongzhou: it holds {member.name!r}.")
            if member.isdir():
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
                continue
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            content = archive.extractfile(member)
            if content is None:
                raise ValueError(f"This backup is damaged at {member.name!r}.")
            with content, place.open("wb") as file:
                shutil.copyfileobj(content, file)
            # Keys stay readable by their owner only.
            place.chmod(member.mode & 0o700)


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
