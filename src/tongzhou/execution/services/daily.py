"""A department posts its update of a day; the system makes one message of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, StaleWrite, Words, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version
from tongzhou.people.models.deputies import Scope
from tongzhou.planning.models import Task
from tongzhou.planning.services import report_progress
from tongzhou.planning.work_states import TaskStatus
from tongzhou.projects.models import Party, Project
from tongzhou.projects.queries import projects_for

from .. import policies
from ..models import DailyLine, DailyUpdate, TaskDelay
from ..models.daily import LONGEST_LINE, LONGEST_NOTE
from ..models.delays import LONGEST_REASON
from ..queries.drafts import DraftLine
from ..queries.lateness import in_danger, tasks_of_department
from ..queries.rhythm import DAYS_BACK, daily_deadline, daily_rule, executing_since
from ..states import LineSection, RiskLevel

MOST_LINES = 30
Parts = Mapping[str, Sequence[DraftLine]]
# Task → risk level and reason.
Stated = Mapping[int, tuple[str, str]]


@act
def post_update(
    project_id: int,
    department_id: int,
    day: date,
    parts: Parts,
    *,
    by: Actor,
    note: str = "",
    delays: Stated | None = None,
    percents: Mapping[int, int] | None = None,
    version: int | None = None,
) -> DailyUpdate:
    """A department says what was done, what comes next and what is blocked; posting again corrects it.

    ``delays`` states risk and reason of tasks in danger (every late one needs them), ``percents`` how far tasks are.
    ``version`` is what the writer saw, None for a first post: when somebody else has posted meanwhile, ``StaleWrite``.
    """
    project, party = _reached(project_id, department_id, by)
    due_at = _deadline(project, day)
    checked = _checked_parts(parts)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidInput({"note": _("At most %(count)s characters") % {"count": LONGEST_NOTE}})
    if not any(checked.values()) and not note:
        raise InvalidInput({"done": _("Write at least one line, or a note")})
    tasks = {task.pk: task for task in tasks_of_department(project, department_id)}
    update = DailyUpdate.objects.filter(project=project, department_id=department_id, day=day).first()
    if (update.version if update else None) != version:
        raise _stale(update, checked, note) if update else Conflict(_("This update is no longer there"))
    _follow(tasks, percents or {}, by)
    _state(project, tasks, delays or {}, by, strict=day == clock.today())
    moment = clock.now()
    facts: dict[str, Any] = {"note": note}
    for_whom = _for_whom(by, party)
    if update is None:
        update = _first(
            project=project,
            department_id=department_id,
            day=day,
            note=note,
            posted_by_id=by.pk,
            on_behalf_of=for_whom,
            posted_at=moment,
            changed_at=moment,
            is_late=moment > due_at,
        )
        name = "execution.daily.posted"
    else:
        save_version(update, version, {**facts, "changed_at": moment})
        update.lines.all().delete()
        name = "execution.daily.changed"
    DailyLine.objects.bulk_create(
        DailyLine(update=update, section=section, position=number, text=row.text, task_id=_known(row.task_id, tasks))
        for section, rows in checked.items()
        for number, row in enumerate(rows)
    )
    told = {section: [row.text for row in rows] for section, rows in checked.items()}
    record(
        by,
        name,
        update,
        after={"day": day, "department": party.department.name, **told, **facts},
        data={"late": update.is_late},
        on_behalf_of=for_whom,
    )
    return update


@act
def state_delay(task_id: int, risk: str, reason: str, *, by: Actor, version: int | None = None) -> TaskDelay:
    """Says of one task how great the risk is, and why; for a late one the reason of its lateness."""
    task = reach(Task.objects.filter(project__in=projects_for(by), is_summary=False).select_related("project"), task_id)
    project = reach(projects_for(by), task.project_id, lock=True)
    require(may_state(by, project, task))
    if not policies.work_is_reported(project):
        raise Conflict(_("Work is reported while the project is executed"))
    risk, reason = _checked_delay("risk", "reason", risk, reason)
    found = TaskDelay.objects.filter(task=task).first()
    if version is not None and (found is None or found.version != version):
        if found is None:
            raise Conflict
        raise StaleWrite(
            found, {"risk": risk, "reason": reason}, {"risk": found.risk, "reason": found.reason}, found.version
        )
    return _write_delay(project, task, found, risk, reason, by)


def may_state(by: Actor, project: Project, task: Task) -> bool:
    """The owner, who speaks for the task's department or one with its R, the project lead and the PMO state its risk."""
    if task.owner_id == by.person_id or project.lead_id == by.person_id or by.is_pmo:
        return by.person_id is not None
    parties = Party.objects.filter(project=project, left_at__isnull=True)
    letters = {pk for pk, letter in task.raci.values_list("department_id", "letter") if letter == "R"}
    departments = {task.department_id, *letters}
    return any(
        policies.speaks_for(by, party.department_id, party.contact_id)
        for party in parties
        if party.department_id in departments
    )


def _reached(project_id: int, department_id: int, by: Actor) -> tuple[Project, Party]:
    project = reach(projects_for(by), project_id, lock=True)
    parties = Party.objects.filter(project=project, left_at__isnull=True).select_related("department")
    party = parties.filter(department_id=department_id).first()
    if party is None:
        raise InvalidInput({"department": _("This department does not take part in the project")})
    require(
        policies.speaks_for(by, department_id, party.contact_id),
        _("The contact person, the head or the head's deputy posts for the department"),
    )
    if not policies.work_is_reported(project):
        raise Conflict(_("Updates are posted while the project is executed"))
    return project, party


def _deadline(project: Project, day: date) -> datetime:
    """By when the day's update is due; refused for days that are not collected, to come, or long gone."""
    today = clock.today()
    if day > today:
        raise InvalidInput({"day": _("This day has not come yet")})
    if day < today - timedelta(days=DAYS_BACK) or day < executing_since(project):
        raise InvalidInput({"day": _("This day is too long ago")})
    due_at = daily_deadline(daily_rule(project.pk), day)
    if due_at is None:
        raise InvalidInput({"day": _("Nothing is collected on this day: it is no working day")})
    return due_at


def _checked_parts(parts: Parts) -> dict[str, list[DraftLine]]:
    found: dict[str, list[DraftLine]] = {}
    for section in LineSection.values:
        rows = [DraftLine(" ".join(row.text.split()), row.task_id) for row in parts.get(section, ())]
        found[section] = rows = [row for row in rows if row.text]
        if len(rows) > MOST_LINES:
            raise InvalidInput({section: _("At most %(count)s lines") % {"count": MOST_LINES}})
        if any(len(row.text) > LONGEST_LINE for row in rows):
            raise InvalidInput({section: _("A line has at most %(count)s characters") % {"count": LONGEST_LINE}})
    return found


def _follow(tasks: Mapping[int, Task], percents: Mapping[int, int], by: Actor) -> None:
    """Notes the percent of tasks that have moved; what stayed as it was is not written."""
    for pk, percent in percents.items():
        task = tasks.get(pk)
        if task is None:
            raise InvalidInput({"percent": _("This task is not the department's")})
        if task.percent != percent and task.status in {TaskStatus.NOT_STARTED, TaskStatus.IN_PROGRESS}:
            report_progress(pk, percent, by=by)


def _state(project: Project, tasks: Mapping[int, Task], delays: Stated, by: Actor, *, strict: bool) -> None:
    """Every late task has a reason and a risk level; of others they may be said."""
    danger = {row.task.pk: row for row in in_danger(tasks.values(), clock.today())}
    problems: dict[str, Words | list[Words]] = {}
    for pk, (risk, reason) in delays.items():
        if pk not in tasks:
            raise InvalidInput({"risk": _("This task is not the department's")})
        if not risk and not reason.strip() and not (pk in danger and danger[pk].is_late):
            continue
        try:
            risk, reason = _checked_delay(f"risk-{pk}", f"reason-{pk}", risk, reason)
        except InvalidInput as refusal:
            problems |= refusal.fields
            continue
        known = danger[pk].delay if pk in danger else TaskDelay.objects.filter(task=pk).first()
        _write_delay(project, tasks[pk], known, risk, reason, by)
    if strict:
        for pk, row in danger.items():
            if row.is_late and pk not in delays and (row.delay is None or not row.delay.reason):
                problems[f"reason-{pk}"] = _("“%(task)s” is late: give the reason and the risk level") % {
                    "task": row.task.title
                }
    if problems:
        raise InvalidInput(problems)


def _checked_delay(risk_name: str, reason_name: str, risk: str, reason: str) -> tuple[str, str]:
    reason = " ".join(reason.split())
    problems: dict[str, Words | list[Words]] = {}
    if risk not in RiskLevel.values:
        problems[risk_name] = _("Choose the risk level")
    if not reason:
        problems[reason_name] = _("Give the reason")
    elif len(reason) > LONGEST_REASON:
        problems[reason_name] = _("At most %(count)s characters") % {"count": LONGEST_REASON}
    if problems:
        raise InvalidInput(problems)
    return risk, reason


def _write_delay(project: Project, task: Task, known: TaskDelay | None, risk: str, reason: str, by: Actor) -> TaskDelay:
    facts = {"risk": risk, "reason": reason}
    if known is None:
        known = TaskDelay.objects.create(project=project, task=task, by_id=by.pk, at=clock.now(), **facts)
        record(by, "execution.delay.stated", task, after=facts)
        return known
    if (known.risk, known.reason) == (risk, reason):
        return known
    before = {"risk": known.risk, "reason": known.reason}
    save_version(known, None, {**facts, "by_id": by.pk, "at": clock.now()})
    record(by, "execution.delay.stated", task, before=before, after=facts)
    return known


def _first(**facts: Any) -> DailyUpdate:
    try:
        with transaction.atomic():
            return DailyUpdate.objects.create(**facts)
    except IntegrityError:
        raise Conflict(_("Somebody of your department has posted at this very moment")) from None


def _stale(update: DailyUpdate, parts: Mapping[str, Sequence[DraftLine]], note: str) -> StaleWrite:
    theirs: dict[str, str] = {}
    for section in LineSection.values:
        theirs[section] = "\n".join(line.text for line in update.lines.all() if line.section == section)
    mine = {section: "\n".join(row.text for row in rows) for section, rows in parts.items()}
    clash = StaleWrite(update, {**mine, "note": note}, {**theirs, "note": update.note}, update.version)
    clash.labels = {str(value): str(label) for value, label in LineSection.choices} | {"note": _("Note")}
    return clash


def _for_whom(by: Actor, party: Party) -> str:
    """The head for whom a deputy posts; nobody where the contact person or the head posts."""
    if by.person_id == party.contact_id or by.heads(party.department_id):
        return ""
    stand_in = by.stand_in_for(party.department_id, Scope.REPLY)
    return stand_in.head_name if stand_in else ""


def _known(task_id: int | None, tasks: Mapping[int, Task]) -> int | None:
    return task_id if task_id in tasks else None
