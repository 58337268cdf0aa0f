"""Asking for everything on a filled 《资源需求表》 in one act: all rows, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, NotFound
from tongzhou.core.events import record
from tongzhou.projects.queries import projects_for

from ..models import ResourceNeed
from .needs import ask_resource, change_need


@dataclass(frozen=True, slots=True)
class NeedChange:
    """A row to write: its number in the file, the need it changes (with the version that was seen) or None for a new one."""

    number: int
    need_id: int | None
    version: int | None
    values: Mapping[str, Any]


@act
def take_needs_in(project_id: int, rows: Sequence[NeedChange], *, by: Actor) -> tuple[int, int]:
    """Writes the rows; how many needs are new and how many changed. What is wrong by now is named with its row."""
    project = reach(projects_for(by), project_id, lock=True)
    added = changed = 0
    for row in rows:
        try:
            if row.need_id is None:
                ask_resource(project_id, row.values, by=by)
                added += 1
            else:
                # Only needs of this very project.
                if not ResourceNeed.objects.filter(project=project, pk=row.need_id).exists():
                    raise NotFound
                change_need(row.need_id, row.version, row.values, by=by)
                changed += 1
        except InvalidInput as refusal:
            texts = [text for found in refusal.fields.values() for text in found]
            wrong = [_("row %(number)s: %(what)s") % {"number": row.number, "what": text} for text in texts]
            raise InvalidInput({"rows": [*wrong]}) from None
    if rows:
        record(by, "planning.needs.imported", project, data={"added": added, "changed": changed})
    return added, changed
