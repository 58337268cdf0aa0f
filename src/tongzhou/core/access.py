"""One way to an object: through what the actor may see. Absent and forbidden look the same."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from .errors import NotFound

M = TypeVar("M", bound=Model)

# Past this no database key of ours goes; a longer number in a URL is simply not there.
LARGEST_KEY = 2**63 - 1


def reach(visible: QuerySet[M], pk: int, *, lock: bool = False) -> M:
    """The object with this key among those the actor may see, locked for the act when asked; else ``NotFound``."""
    if not 0 < pk <= LARGEST_KEY:
        raise NotFound
    rows = visible.select_for_update(of=("self",)) if lock else visible
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
