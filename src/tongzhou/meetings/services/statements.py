"""What each department brings and needs (资源与需求)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import NotFound, StaleWrite, require

from .. import policies
from ..models import ResourceStatement
from .notes import LONGEST_NOTE, locked_meeting, note, require_open, save_note, texts

FIELDS = {"offers": LONGEST_NOTE, "needs": LONGEST_NOTE}


@act
def state_resources(
    meeting_id: int, department_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor
) -> ResourceStatement:
    """Writes down what a department offers and what it needs; its head and contact person may do so themselves.

    Version 0 (or None) stands for "nothing written yet".
    """
    meeting = locked_meeting(meeting_id, by)
    if not meeting.project.parties.filter(department_id=department_id, left_at__isnull=True).exists():
        raise NotFound
    require_open(meeting)
    require(policies.can_state_resources(by, meeting, department_id))
    checked = texts(values, FIELDS)
    statement = meeting.resource_statements.filter(department_id=department_id).first()
    if statement is None:
        statement = ResourceStatement.objects.create(meeting=meeting, department_id=department_id, **checked)
        note(by, "meetings.statement.added", statement, meeting, "resources", after=checked)
        return statement
    if version == 0:
        theirs = {name: getattr(statement, name) for name in checked}
        if any(theirs[name] and theirs[name] != checked[name] for name in checked):
            raise StaleWrite(statement, checked, theirs, statement.version)
        version = None
    return save_note(
        statement, version, checked, meeting=meeting, part="resources", name="meetings.statement.changed", by=by
    )
