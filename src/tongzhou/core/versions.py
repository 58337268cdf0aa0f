"""Writing what two people may edit at once: the second writer is told, and loses no word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import F

from .errors import NotFound, StaleWrite
from .models import Versioned

V = TypeVar("V", bound=Versioned)


def save_version(thing: V, expected: int | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Writes ``values`` only if nobody wrote since version ``expected``; returns the values before.

    ``expected=None`` means the caller has locked the row and knows what it overwrites. Raises ``StaleWrite`` with
    both versions otherwise.
    """
    model = type(thing)
    rows = model._default_manager.filter(pk=thing.pk)
    if expected is not None:
        rows = rows.filter(version=expected)
    before = {name: getattr(thing, name) for name in values}
    if not rows.update(**values, version=F("version") + 1):
        current = model._default_manager.filter(pk=thing.pk).first()
        if current is None:
            raise NotFound
        raise StaleWrite(current, values, {name: getattr(current, name) for name in values}, current.version)
    for name, value in values.items():
        setattr(thing, name, value)
    thing.version = thing.version + 1 if expected is None else expected + 1
    return {name: value for name, value in before.items() if value != values[name]}
