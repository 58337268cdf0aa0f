"""The file store: one folder (or bucket) beside the database; names are made by the server."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings


def store(data: bytes) -> str:
    """Keeps the bytes for good and returns the server-made key; the file is on disk before this returns."""
    digest = hashlib.sha256(data).hexdigest()
    key = f"{digest[:2]}/{digest}"
    path = _root() / key
    if path.exists():
        return key
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    with draft.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return key


def fetch(key: str) -> bytes:
    """The bytes kept under the key; ``FileNotFoundError`` when they are gone."""
    return (_root() / key).read_bytes()


def _root() -> Path:
    root = Path(settings.TONGZHOU_FILES)
    root.mkdir(parents=True, exist_ok=True)
    return root
