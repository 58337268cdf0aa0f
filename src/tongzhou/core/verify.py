"""Checks the event log: any altered, removed, swapped or cut-off record is found and named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from . import clock, keys
from .events import event_hash
from .models import AuditEvent, AuditHead


def chain_problems() -> Iterator[str]:
    """Walks the whole chain in constant memory and yields a sentence for each thing that is wrong."""
    previous, number, hashes = "0" * 64, 0, _anchors()
    for row in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        number += 1
        if row.seq != number:
            yield f"Event {number} to {row.seq - 1}: removed."
            number = row.seq
        elif row.previous_hash != previous:
            yield f"Event {row.seq}: does not follow event {row.seq - 1} (swapped or inserted)."
        if event_hash(row.previous_hash, row) != row.hash:
            yield f"Event {row.seq}: altered."
        if (anchored := hashes.pop(row.seq, None)) and anchored != row.hash:
            yield f"Event {row.seq}: differs from the anchor kept outside the database."
        previous = row.hash
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    if head.seq != number or head.hash != previous:
        yield f"The log ends at event {number}, the head says {head.seq}: cut off."
    if head.seq and not keys.seal_holds(f"{head.seq}:{head.hash}".encode(), bytes.fromhex(head.signature)):
        yield "The head is not signed by this server."
    for seq in sorted(hashes):
        yield f"Event {seq}: anchored outside the database, but no longer in it (cut off)."


def anchor_head() -> AuditHead:
    """Writes the head to a file outside the database, so that a rolled-back log is found."""
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    line = {"at": clock.now().isoformat(), "seq": head.seq, "hash": head.hash, "signature": head.signature}
    if head.seq and head.seq not in _anchors():
        with _anchor_file().open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    return head


def head_line() -> str:
    """The end of the log in short, as printed on documents: number and first 16 digits of its hash."""
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    return f"{head.seq}:{head.hash[:16]}"


def _anchor_file() -> Path:
    return Path(settings.TONGZHOU_DATA) / "anchors.jsonl"


def _anchors() -> dict[int, str]:
    file = _anchor_file()
    if not file.exists():
        return {}
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    return {line["seq"]: line["hash"] for line in lines}
