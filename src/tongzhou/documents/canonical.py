"""What is signed: one exact byte string for one content (RFC 8785), and its digest."""

from __future__ import annotations

import hashlib
from typing import Any

from .standard_forms import Content


def signed_document(form_key: str, head: Content, content: Content) -> dict[str, Any]:
    """The whole of what a signature covers: which form it is, its head and its content."""
    return {"form": form_key, "head": dict(head), "content": dict(content)}


def canonical_bytes(document: Any) -> bytes:
    """The RFC 8785 form of a JSON-able document: the same bytes on every machine, whatever the order of the keys.

    Raises ValueError for what JSON cannot carry (dates, decimals, integers beyond 2**53, lone surrogates).
    """
    import rfc8785

    try:
        return bytes(rfc8785.dumps(document))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise ValueError(f"this content has no canonical form: {error}") from error


def digest(document: Any) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_bytes(document)).hexdigest()


def file_digest(data: bytes) -> str:
    """The SHA-256 of exactly these bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
