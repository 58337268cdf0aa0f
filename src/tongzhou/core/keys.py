"""The server's own keys: Ed25519 for the record's head, Fernet for secrets at rest. Kept in the data folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


def key_folder() -> Path:
    """Where the server's private keys lie; readable by the server's user only."""
    folder = Path(settings.TONGZHOU_DATA) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def seal(message: bytes) -> bytes:
    """The server's Ed25519 signature (64 bytes) over the message."""
    return _sealing_key().sign(message)


def seal_holds(message: bytes, signature: bytes) -> bool:
    """True when this server signed exactly the message."""
    try:
        _sealing_key().public_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


def hide(secret: str) -> str:
    """Encrypts a secret for the database."""
    return _fernet().encrypt(secret.encode()).decode()


def show(hidden: str) -> str:
    """Decrypts what ``hide`` made."""
    return _fernet().decrypt(hidden.encode()).decode()


@cache
def _sealing_key() -> Ed25519PrivateKey:
    pem = _kept(
        "record.ed25519.pem",
        lambda: Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("record.ed25519.pem holds no Ed25519 key")
    return key


@cache
def _fernet() -> Fernet:
    return Fernet(_kept("secrets.fernet", Fernet.generate_key))


def _kept(name: str, make: Callable[[], bytes]) -> bytes:
    """The key's bytes, made once. Linking a finished file lets two processes start at once and agree."""
    path = key_folder() / name
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(make())
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
