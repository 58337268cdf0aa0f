"""The persons of the demo company, offered for coming in with one click."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from tongzhou.core import clock

from ..pinyin import sound_of
from .actors import headships_on
from .persons import active_persons

KEPT_SECONDS = 10.0
MOST = 200
_kept: tuple[float, list[DemoPerson]] | None = None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """What the demo's door shows of a person; ``search``: what its filter looks into; ``part``: who it is in the story."""

    pk: int
    username: str
    name: str
    title: str
    department: str
    main_department_id: int | None
    search: str
    is_head: bool
    part: str = ""


def demo_people() -> list[DemoPerson]:
    """Everybody who can come in by the demo's door; asked anew every few seconds, for it stands on each demo page."""
    global _kept
    if _kept and time.monotonic() - _kept[0] < KEPT_SECONDS:
        return _kept[1]
    heads = set(headships_on(clock.today()).values_list("person_id", flat=True))
    rows = active_persons().order_by("main_department_name", "pinyin", "pk")[:MOST]
    found = [
        DemoPerson(
            pk=person.pk,
            username=person.username,
            name=person.name,
            title=" · ".join(part for part in (person.main_department_name, person.title) if part),
            department=person.main_department_name or "",
            main_department_id=person.main_department_id,
            search=_words(person),
            is_head=person.pk in heads,
        )
        for person in rows
    ]
    _kept = (time.monotonic(), found)
    return found


def forget_demo_people() -> None:
    """Makes the next question ask the database again."""
    global _kept
    _kept = None


def _words(person: Any) -> str:
    """What the filter looks into: the person, and the department by name and sound."""
    department = person.main_department_name or ""
    words = (person.name, person.pinyin, person.username, person.title, department, sound_of(department))
    return " ".join(words).lower()
