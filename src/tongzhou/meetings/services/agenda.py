"""Writing the agenda and what is said to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput

from .. import queries
from ..models import AgendaItem, Meeting
from .meetings import MOST_TOPICS
from .notes import LONGEST_NOTE, note, open_notes, save_note, texts

FIELDS = {"topic": 200, "points": LONGEST_NOTE, "disagreements": LONGEST_NOTE, "conclusion": LONGEST_NOTE}


@act
def add_agenda_item(meeting_id: int, values: Mapping[str, Any], *, by: Actor) -> AgendaItem:
    """Puts a topic at the end of the agenda."""
    meeting = open_notes(meeting_id, by)
    checked = texts({"topic": "", **values}, FIELDS, {"topic": _("Write the topic")})
    positions = list(meeting.agenda.values_list("position", flat=True))
    if len(positions) >= MOST_TOPICS:
        raise InvalidInput({"topic": _("At most %(count)s topics") % {"count": MOST_TOPICS}})
    item = AgendaItem.objects.create(meeting=meeting, position=max(positions, default=-1) + 1, **checked)
    note(by, "meetings.agenda_item.added", item, meeting, "agenda-list", after=checked)
    return item


@act
def change_agenda_item(item_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> AgendaItem:
    """Writes topic, points made, differences and conclusion; two note takers at once lose nothing (see ``save_note``)."""
    item, meeting = _item(item_id, by)
    checked = texts(values, FIELDS, {"topic": _("Write the topic")})
    return save_note(item, version, checked, meeting=meeting, part="agenda", name="meetings.agenda_item.changed", by=by)


@act
def move_agenda_item(item_id: int, step: int, *, by: Actor) -> AgendaItem:
    """Moves a topic one place up (-1) or down (+1)."""
    item, meeting = _item(item_id, by)
    order = list(meeting.agenda.all())
    at = next(index for index, other in enumerate(order) if other.pk == item.pk)
    to = min(max(at + (1 if step > 0 else -1), 0), len(order) - 1)
    if at == to:
        return item
    order.insert(to, order.pop(at))
    for position, other in enumerate(order):
        if other.position != position:
            AgendaItem.objects.filter(pk=other.pk).update(position=position)
    note(
        by,
        "meetings.agenda_item.moved",
        item,
        meeting,
        "agenda-list",
        before={"place": at + 1},
        after={"place": to + 1},
    )
    return item


@act
def remove_agenda_item(item_id: int, *, by: Actor) -> None:
    """Takes a topic off the agenda; what was noted to it stays in the record."""
    item, meeting = _item(item_id, by)
    before = {name: getattr(item, name) for name in FIELDS}
    note(by, "meetings.agenda_item.removed", item, meeting, "agenda-list", before=before)
    item.delete()


def _item(item_id: int, by: Actor) -> tuple[AgendaItem, Meeting]:
    found = reach(queries.agenda_items_for(by), item_id)
    meeting = open_notes(found.meeting_id, by)
    # Read again under the lock: another writer may have been waited for.
    return reach(meeting.agenda.all(), item_id), meeting
