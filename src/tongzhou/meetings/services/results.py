"""Decisions and open points: what a meeting settles, and what it could not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, TransitionNotAllowed, require
from tongzhou.projects.models import Commitment

from .. import policies, queries
from ..models import Meeting, OpenPoint, Resolution
from .commitments import add_for
from .notes import note, open_notes, require_party, require_person, save_note, sensible_day, texts

TEXT = {"text": 2000}
MOST_ROWS = 200


@act
def add_resolution(meeting_id: int, values: Mapping[str, Any], *, by: Actor) -> Resolution:
    """Takes down a decision of the meeting."""
    meeting = open_notes(meeting_id, by)
    checked = _checked(meeting, {"text": "", **values}, _("Write what was decided"))
    _require_room(meeting.resolutions.count())
    resolution = Resolution.objects.create(meeting=meeting, **checked)
    note(by, "meetings.resolution.added", resolution, meeting, "resolutions", after=checked)
    return resolution


@act
def change_resolution(resolution_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> Resolution:
    """Changes a decision; a commitment made of it stays as it is and is changed by itself."""
    resolution, meeting = _resolution(resolution_id, by)
    checked = _checked(meeting, values, _("Write what was decided"))
    return save_note(
        resolution, version, checked, meeting=meeting, part="resolutions", name="meetings.resolution.changed", by=by
    )


@act
def remove_resolution(resolution_id: int, *, by: Actor) -> None:
    """Takes a decision out of the notes."""
    resolution, meeting = _resolution(resolution_id, by)
    note(by, "meetings.resolution.removed", resolution, meeting, "resolutions", before={"text": resolution.text})
    resolution.delete()


@act
def make_commitment(resolution_id: int, *, by: Actor, department_id: int | None = None) -> Commitment:
    """A decision becomes a commitment without being typed again: its words, department, owner and due date go over.

    ``department_id`` is asked for only where the decision names none. Done twice, the same commitment is returned.
    """
    resolution, meeting = _resolution(resolution_id, by)
    if resolution.commitment is not None:
        return resolution.commitment
    department = resolution.department_id or department_id
    if department is None:
        raise InvalidInput({"department": _("Choose the department that promises this")})
    values = {
        "action": resolution.text,
        "department_id": department,
        "owner_id": resolution.owner_id,
        "due": resolution.due,
    }
    commitment = add_for(meeting, values, by)
    resolution.commitment, resolution.department_id = commitment, department
    resolution.save(update_fields=["commitment", "department"])
    note(
        by,
        "meetings.resolution.became_commitment",
        resolution,
        meeting,
        "resolutions",
        after={"commitment": commitment.pk},
    )
    return commitment


@act
def add_open_point(meeting_id: int, values: Mapping[str, Any], *, by: Actor) -> OpenPoint:
    """Takes down what could not be settled: who brings the answer, by when."""
    meeting = open_notes(meeting_id, by)
    checked = _checked(meeting, {"text": "", **values}, _("Write what is open"))
    _require_room(meeting.open_points.count())
    point = OpenPoint.objects.create(meeting=meeting, **checked)
    note(by, "meetings.open_point.added", point, meeting, "open-points", after=checked)
    return point


@act
def change_open_point(point_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> OpenPoint:
    """Changes an open point while the notes are open."""
    point, meeting = _open_point(point_id, by)
    checked = _checked(meeting, values, _("Write what is open"))
    return save_note(
        point, version, checked, meeting=meeting, part="open-points", name="meetings.open_point.changed", by=by
    )


@act
def remove_open_point(point_id: int, *, by: Actor) -> None:
    """Takes an open point out of the notes."""
    point, meeting = _open_point(point_id, by)
    note(by, "meetings.open_point.removed", point, meeting, "open-points", before={"text": point.text})
    point.delete()


@act
def settle_open_point(point_id: int, answer: str, *, by: Actor) -> OpenPoint:
    """The answer has come; also after the minutes are locked."""
    point = reach(queries.open_points_for(by), point_id, lock=True)
    require(policies.can_settle(by, point))
    if point.settled_at is not None:
        raise TransitionNotAllowed(_("This point has been settled already"))
    answer = texts({"answer": answer}, {"answer": 2000}, {"answer": _("Write the answer")})["answer"]
    point.settled_at, point.settlement = clock.now(), answer
    point.save(update_fields=["settled_at", "settlement"])
    note(by, "meetings.open_point.settled", point, point.meeting, "open-points", after={"answer": answer})
    return point


def _checked(meeting: Meeting, values: Mapping[str, Any], ask: str) -> dict[str, Any]:
    checked = texts(values, TEXT, {"text": ask})
    if "department_id" in values:
        checked["department_id"] = values["department_id"]
        require_party(meeting, checked["department_id"], "department")
    if "owner_id" in values:
        checked["owner_id"] = values["owner_id"]
        require_person(checked["owner_id"], "owner")
    if "due" in values:
        checked["due"] = sensible_day(values["due"], "due")
    return checked


def _require_room(rows: int) -> None:
    if rows >= MOST_ROWS:
        raise InvalidInput({"text": _("At most %(count)s entries") % {"count": MOST_ROWS}})


def _resolution(resolution_id: int, by: Actor) -> tuple[Resolution, Meeting]:
    found = reach(queries.resolutions_for(by), resolution_id)
    meeting = open_notes(found.meeting_id, by)
    return reach(meeting.resolutions.select_related("commitment"), resolution_id), meeting


def _open_point(point_id: int, by: Actor) -> tuple[OpenPoint, Meeting]:
    found = reach(queries.open_points_for(by), point_id)
    meeting = open_notes(found.meeting_id, by)
    return reach(meeting.open_points.all(), point_id), meeting
