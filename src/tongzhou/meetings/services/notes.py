"""What every act of note-taking does: reach and lock the meeting, check the texts, lose nobody's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.errors import InvalidInput, StaleWrite, TransitionNotAllowed, require
from tongzhou.core.events import events_of, plain, record
from tongzhou.core.models import Versioned
from tongzhou.core.versions import save_version
from tongzhou.people.models import Person

from .. import policies, queries
from ..models import Meeting
from ..states import WRITABLE, MeetingState

V = TypeVar("V", bound=Versioned)

LONGEST_NOTE = 20_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
# How far back a late writer's page may lie and still be merged.
_MOST_STEPS = 200


def locked_meeting(meeting_id: int, by: Actor) -> Meeting:
    """The meeting, if the actor may see it, locked: everything written in it is written one act after the other."""
    return reach(queries.meetings_for(by), meeting_id, lock=True)


def open_notes(meeting_id: int, by: Actor) -> Meeting:
    """The locked meeting for somebody who may take notes in it now."""
    meeting = locked_meeting(meeting_id, by)
    require(policies.can_write(by, meeting))
    require_open(meeting)
    return meeting


def require_open(meeting: Meeting) -> None:
    """Notes change only until the minutes are sent."""
    if meeting.state in WRITABLE:
        return
    if meeting.state == MeetingState.CONFIRMING:
        raise TransitionNotAllowed(_("The minutes have been sent for confirmation. Rework them to change anything."))
    raise TransitionNotAllowed


def topics(meeting: Meeting, part: str) -> tuple[str, ...]:
    """The live topics that change with a part of the meeting."""
    return (f"meeting-{meeting.pk}", f"meeting-{meeting.pk}-{part}")


def note(
    by: Actor,
    name: str,
    thing: Any,
    meeting: Meeting,
    part: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Records an act in a meeting, in its project, for the pages that show the part."""
    record(
        by,
        name,
        thing,
        before=before,
        after=after,
        data=data,
        project_id=meeting.project_id,
        topics=topics(meeting, part),
    )


def texts(
    values: Mapping[str, Any], longest: Mapping[str, int], required: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The values whose names are allowed, texts trimmed and not too long; ``required`` says what to ask for."""
    problems: dict[str, str | Promise | list[str | Promise]] = {}
    kept: dict[str, Any] = {}
    for name, limit in longest.items():
        if name not in values:
            continue
        text = str(values[name] or "").strip()
        kept[name] = text
        if len(text) > limit:
            problems[name] = _("At most %(count)s characters") % {"count": limit}
        elif not text and required and name in required:
            problems[name] = required[name]
    if problems:
        raise InvalidInput(problems)
    return kept


def sensible_moment(moment: datetime | None, field: str) -> datetime | None:
    """A moment that calendars and databases can hold; refuses years far off."""
    if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InvalidInput(
            {field: _("Give a date between %(first)s and %(last)s") % {"first": FIRST_YEAR, "last": LAST_YEAR}}
        )
    return moment


def sensible_day(day: date | None, field: str) -> date | None:
    """A day within the same bounds."""
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidInput(
            {field: _("Give a date between %(first)s and %(last)s") % {"first": FIRST_YEAR, "last": LAST_YEAR}}
        )
    return day


def require_person(person_id: int | None, field: str) -> None:
    """Somebody who works here, or nobody."""
    if person_id is not None and not Person.objects.filter(pk=person_id, is_active=True).exists():
        raise InvalidInput({field: _("Choose a person who works here")})


def require_party(meeting: Meeting, department_id: int | None, field: str) -> None:
    """A department that takes part, or none."""
    if (
        department_id is not None
        and not meeting.project.parties.filter(department_id=department_id, left_at__isnull=True).exists()
    ):
        raise InvalidInput({field: _("Choose a department that takes part in the project")})


def save_note(
    thing: V, version: int | None, values: Mapping[str, Any], *, meeting: Meeting, part: str, name: str, by: Actor
) -> V:
    """Writes what one of several note takers typed, and records it as ``name``.

    Two who write different fields of the same thing at once both get their words in: what the late one left as it was
    when the page was opened is not written back over the other's text. Where both changed the same field, ``StaleWrite``
    carries both versions. The caller has locked the meeting.
    """
    changed = {key: value for key, value in values.items() if getattr(thing, key) != value}
    if not changed:
        return thing
    if version is not None and version != thing.version:
        changed = _only_mine(thing, version, values, name)
        if not changed:
            return thing
    before = save_version(thing, None, changed)
    note(
        by,
        name,
        thing,
        meeting,
        part,
        before=before,
        after={key: changed[key] for key in before},
        data={"version": thing.version},
    )
    return thing


def _only_mine(thing: V, version: int, values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What the late writer changed, if nobody else changed the same; else both versions go back to the writer."""
    base = _as_of(thing, version, tuple(values), name)
    theirs = {key: getattr(thing, key) for key in values}
    stale = StaleWrite(thing, values, theirs, thing.version)
    if base is None:
        raise stale
    mine = {key: value for key, value in values.items() if plain(value) != base[key] and value != theirs[key]}
    if any(plain(theirs[key]) != base[key] for key in mine):
        raise stale
    return mine


def _as_of(thing: Versioned, version: int, fields: tuple[str, ...], name: str) -> dict[str, Any] | None:
    """The fields as they stood at the version, undoing the recorded changes since; None where the log does not say."""
    state = {key: plain(getattr(thing, key)) for key in fields}
    expected = thing.version
    for payload in events_of(thing).filter(name=name).order_by("-seq").values_list("payload", flat=True)[:_MOST_STEPS]:
        if expected == version:
            return state
        change = json.loads(payload)
        if change.get("data", {}).get("version") != expected:
            return None
        state |= {key: value for key, value in change.get("before", {}).items() if key in state}
        expected -= 1
    return state if expected == version else None
