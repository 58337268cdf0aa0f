"""Slots of files: which thing a file belongs to, and who may fetch or change it.

A slot reads ``kind:key`` (``collab:12``). Files lie below the things they are attached to, so the package of the thing
registers here who may do what; a file of an unknown kind is nobody's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tongzhou.core.actor import Actor
from tongzhou.core.registry import Registry

from .models import StoredFile


@dataclass(frozen=True, slots=True)
class FileSlot:
    """Who may read a file of this kind, and who may add to or take from a slot (project, slot)."""

    may_read: Callable[[Actor, StoredFile], bool]
    may_change: Callable[[Actor, int | None, str], bool]
    most: int = 20


slots: Registry[FileSlot] = Registry("File slot")


def register(kind: str, slot: FileSlot) -> FileSlot:
    """Makes a kind of slot known; called from ``AppConfig.ready()``."""
    return slots.register(kind, slot)


def slot_of(name: str) -> FileSlot | None:
    """The rules of a slot, by its kind."""
    kind = name.partition(":")[0]
    return slots.get(kind) if kind in slots else None
