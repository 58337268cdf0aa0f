"""What a brought plan says of the work itself: how far it is, when it began and ended, until when levelling holds it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.projects.states import Phase

from ..exchange.columns import LABELS
from ..exchange.rows import BroughtRow
from ..models import Task
from ..work_states import UNFINISHED, TaskStatus

SAID = ("percent", "actual_start", "actual_finish")
MOST_UNACCEPTED = 99


def settle_progress(
    task: Task, values: dict[str, Any], row: BroughtRow, today: date, *, is_new: bool, is_lenient: bool
) -> None:
    """Takes over what the file says of the work, as far as it is the file's to say.

    Done is only what has been accepted here: what is finished elsewhere comes in with 99 percent, and its day is kept in
    the note. What was reported, accepted or cancelled stays; so does the progress of known tasks once the project is
    executed, where the doers report it themselves and an older file would take it back.
    """
    said = {key: values.pop(key) for key in SAID if key in values}
    if all(getattr(task, key) == value for key, value in said.items()):
        return
    if task.status not in UNFINISHED:
        state = TaskStatus(task.status).label
        row.notes.append(_("The progress is not taken over: here the task is “%(state)s”") % {"state": state})
        return
    if task.project.phase == Phase.EXECUTING and not is_new:
        row.notes.append(_("The progress is not taken over: while the project is executed, its doers report it here"))
        return
    _check_days(said, row, today, is_lenient=is_lenient)
    if row.errors.keys() & set(SAID):
        return
    percent, start = said.get("percent", task.percent), said.get("actual_start", task.actual_start)
    finish = said.get("actual_finish")
    if finish or percent > MOST_UNACCEPTED:
        percent = MOST_UNACCEPTED
        row.notes.append(
            _("Finished in the file; here it comes in with %(percent)s %% and is done when it is reported and accepted")
            % {"percent": percent}
        )
        if finish:
            row.values.setdefault("also_noted", []).append(f"{LABELS['actual_finish']}: {finish.isoformat()}")
    values |= {"percent": percent, "actual_start": start}
    has_begun = percent > 0 or start is not None
    if has_begun and task.status == TaskStatus.NOT_STARTED:
        values["status"] = TaskStatus.IN_PROGRESS
    elif not has_begun and task.status == TaskStatus.IN_PROGRESS:
        values["status"] = TaskStatus.NOT_STARTED


def settle_hold(task: Task, values: dict[str, Any]) -> None:
    """Who says when a task begins does not want it held back by an earlier levelling."""
    if task.held_until is None or values.get("held_until", task.held_until) != task.held_until:
        return
    if any(key in values and values[key] != getattr(task, key) for key in ("constraint", "constraint_on")):
        values["held_until"] = None


def _check_days(said: dict[str, Any], row: BroughtRow, today: date, *, is_lenient: bool) -> None:
    """Nothing begins or ends in days to come, nor ends before it began; a lenient file loses such a day and hears of it."""
    start, finish = said.get("actual_start"), said.get("actual_finish")
    wrong = {}
    if start and start > today:
        wrong["actual_start"] = _("%(day)s is still to come") % {"day": start.isoformat()}
    if finish and finish > today:
        wrong["actual_finish"] = _("%(day)s is still to come") % {"day": finish.isoformat()}
    elif start and finish and finish < start:
        wrong["actual_finish"] = _("It cannot be finished before it was begun")
    for key, text in wrong.items():
        if is_lenient:
            row.notes.append(_("%(column)s left out: %(why)s") % {"column": LABELS[key], "why": text})
            said[key] = None
        else:
            row.errors[key] = text
