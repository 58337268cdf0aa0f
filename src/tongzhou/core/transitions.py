"""Legal moves as data: the service, the buttons, the API, the tests and the documents read the same table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from .errors import TransitionNotAllowed


@dataclass(frozen=True, slots=True)
class Transition:
    """One legal move: its name, the states it may start from, the state it ends in."""

    name: str
    sources: frozenset[Any]
    target: Any
    label: str | Promise = ""

    def possible(self, thing: Model, field: str = "state") -> bool:
        """True when the thing stands in a state this move may start from."""
        return getattr(thing, field) in self.sources


def move(thing: Model, transition: Transition, field: str = "state") -> None:
    """Makes the move and writes the column. The row must have been locked by the caller."""
    if not transition.possible(thing, field):
        raise TransitionNotAllowed(state=getattr(thing, field), transition=transition.name)
    setattr(thing, field, transition.target)
    thing.save(update_fields=[field])
