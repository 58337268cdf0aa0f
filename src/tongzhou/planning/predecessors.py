"""Predecessors as planners write them: ``3`` waits for the end of task 3, ``5SS+2`` for its start and two working days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongzhou.core.errors import InvalidInput

from .states import LinkKind

_ENTRY = re.compile(r"#?(\d{1,6})\s*(FS|SS|FF|SF)?\s*(?:([+-])\s*(\d{1,4})\s*(?:d|天|日|个?工作日)?)?", re.IGNORECASE)
_APART = re.compile(r"[,;，；、\n]+")


@dataclass(frozen=True, slots=True)
class Predecessor:
    """One entry: the number of the task waited for, kind of link, lag in working days."""

    number: int
    kind: str = LinkKind.FINISH_START
    lag: int = 0


def read_predecessors(text: str) -> list[Predecessor]:
    """Reads ``3, 5SS+2``; ``InvalidInput`` on ``predecessors`` names the entry that cannot be read."""
    found = []
    for entry in _APART.split(text):
        entry = entry.strip()
        if not entry:
            continue
        read = _ENTRY.fullmatch(entry)
        if read is None:
            raise InvalidInput(
                {
                    "predecessors": _("“%(entry)s” cannot be read. Write task numbers like 3 or 5SS+2.")
                    % {"entry": entry[:40]}
                }
            )
        number, kind, sign, lag = read.groups()
        days = int(lag or 0) * (-1 if sign == "-" else 1)
        found.append(Predecessor(int(number), (kind or LinkKind.FINISH_START).upper(), days))
    return found


def written_predecessors(entries: Iterable[Predecessor]) -> str:
    """The same back: ``3, 5SS+2``."""
    return ", ".join(
        f"{entry.number}{'' if entry.kind == LinkKind.FINISH_START and not entry.lag else entry.kind}"
        f"{f'{entry.lag:+d}' if entry.lag else ''}"
        for entry in entries
    )
