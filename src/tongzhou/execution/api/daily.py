"""Daily updates, the message of a day, risk and reason of a task."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import NotFound, require
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import (
    DepartmentRef,
    Key,
    PersonRef,
    Version,
    department_ref,
    person_ref,
    project_of,
)
from tongzhou.projects.models import Party, Project

from .. import policies, queries, services
from ..models import DailyUpdate, TaskDelay
from ..queries.daily import Post
from ..queries.drafts import DraftLine
from ..states import LineSection, RiskLevel

router = Router()
FIRST_YEAR, LAST_YEAR = 2000, 2100
Percent = Annotated[int, Field(ge=0, le=99)]


class UpdateLine(Schema):
    """One short line; ``task_id`` where it speaks of a task of the plan."""

    text: Text
    task_id: Key | None = None


class WorkInDangerOut(Schema):
    """A late, blocked or risky task: ``days`` past its planned finish, and what was said of it."""

    task_id: int
    title: str
    days: int
    risk: RiskLevel | None
    reason: str


class UpdateDraftOut(Schema):
    """What an update of the day begins with, from what the plan's tasks know."""

    done: list[UpdateLine]
    next: list[UpdateLine]
    blocked: list[UpdateLine]
    danger: list[WorkInDangerOut]


class UpdateOut(Schema):
    """A department's update of a day."""

    id: int
    version: int
    department: DepartmentRef
    day: date
    done: list[UpdateLine]
    next: list[UpdateLine]
    blocked: list[UpdateLine]
    note: str
    posted_by: PersonRef | None
    on_behalf_of: str
    posted_at: datetime
    late: bool


class SilentOut(Schema):
    """A department that has not posted, and on how many collected days in a row."""

    department: DepartmentRef
    contact: PersonRef | None
    days: int


class DayMessageOut(Schema):
    """The message of the day as it was composed."""

    composed_at: datetime
    late: bool
    title: str
    body: str


class UpdatesDayOut(Schema):
    """A day: by when updates are due (null: nothing is collected), who posted, who has not, the message."""

    day: date
    due_at: datetime | None
    updates: list[UpdateOut]
    silent: list[SilentOut]
    message: DayMessageOut | None


class StatedDelay(Schema):
    """Risk and reason of a task."""

    task_id: Key
    risk: RiskLevel
    reason: Text


class StatedPercent(Schema):
    """How far a task is."""

    task_id: Key
    percent: Percent


class UpdateIn(Schema):
    """An update; ``version`` of the one it corrects, left out for the first. Every late task needs risk and reason."""

    version: Version | None = None
    done: list[UpdateLine] = []
    next: list[UpdateLine] = []
    blocked: list[UpdateLine] = []
    note: Text = ""
    delays: list[StatedDelay] = []
    percents: list[StatedPercent] = []


class DelayIn(Schema):
    """Risk and reason of one task; ``version`` of what was said before, where that is to be compared."""

    version: Version | None = None
    risk: RiskLevel
    reason: Text


class DelayOut(Schema):
    """What was said of a task."""

    task_id: int
    version: int
    risk: RiskLevel
    reason: str


def _lines(rows: list[DraftLine]) -> list[UpdateLine]:
    return [UpdateLine(text=row.text, task_id=row.task_id) for row in rows]


def _told(update: DailyUpdate) -> UpdateOut:
    parts: dict[str, list[DraftLine]] = {section: [] for section in LineSection.values}
    for line in update.lines.all():
        parts[line.section].append(DraftLine(line.text, line.task_id))
    return UpdateOut(
        id=update.pk,
        version=update.version,
        department=department_ref(update.department),
        day=update.day,
        note=update.note,
        posted_by=person_ref(update.posted_by),
        on_behalf_of=update.on_behalf_of,
        posted_at=update.posted_at,
        late=update.is_late,
        **{section: _lines(rows) for section, rows in parts.items()},
    )


def _silent(post: Post) -> SilentOut:
    return SilentOut(
        department=department_ref(post.department), contact=person_ref(post.voice.contact), days=post.streak
    )


@router.get("/projects/{project_id}/updates/{day}", response=UpdatesDayOut)
def day_of_updates(request: HttpRequest, project_id: int, day: date) -> UpdatesDayOut:
    """A day of the project."""
    project = project_of(request, project_id)
    _near(day)
    posts = queries.posts_of(project, day)
    message = queries.message_of(project, day)
    return UpdatesDayOut(
        day=day,
        due_at=queries.daily_deadline(queries.daily_rule(project.pk), day),
        updates=[_told(post.update) for post in posts if post.update is not None],
        silent=[_silent(post) for post in posts if post.update is None],
        message=DayMessageOut(
            composed_at=message.composed_at, late=message.is_late, title=message.title, body=message.body
        )
        if message
        else None,
    )


@router.get("/projects/{project_id}/updates/{day}/{department_id}/draft", response=UpdateDraftOut)
def update_draft(request: HttpRequest, project_id: int, day: date, department_id: int) -> UpdateDraftOut:
    """What the department's update would begin with; for those who write it."""
    project = project_of(request, project_id)
    require(policies.can_report(actor_of(request), project, department_id, _contact(project, department_id)))
    _near(day)
    draft = queries.draft_of(project, department_id, day)
    return UpdateDraftOut(
        done=_lines(list(draft.done)),
        next=_lines(list(draft.next)),
        blocked=_lines(list(draft.blocked)),
        danger=[
            WorkInDangerOut(
                task_id=row.task.pk,
                title=row.task.title,
                days=row.days,
                risk=RiskLevel(row.risk) if row.risk else None,
                reason=row.reason,
            )
            for row in draft.danger
        ],
    )


@router.post("/projects/{project_id}/updates/{day}/{department_id}", response={201: UpdateOut})
@idempotent
def post_daily_update(
    request: HttpRequest, project_id: int, day: date, department_id: int, payload: UpdateIn
) -> tuple[int, UpdateOut]:
    """Posts or corrects an update; when somebody else has posted meanwhile, 409 with both texts."""
    project = project_of(request, project_id)
    _contact(project, department_id)
    update = services.post_update(
        project.pk,
        department_id,
        day,
        {
            "done": [DraftLine(row.text, row.task_id) for row in payload.done],
            "next": [DraftLine(row.text, row.task_id) for row in payload.next],
            "blocked": [DraftLine(row.text, row.task_id) for row in payload.blocked],
        },
        note=payload.note,
        delays={row.task_id: (row.risk, row.reason) for row in payload.delays},
        percents={row.task_id: row.percent for row in payload.percents},
        version=payload.version,
        by=actor_of(request),
    )
    return 201, _told(DailyUpdate.objects.select_related("department", "posted_by").get(pk=update.pk))


@router.put("/projects/{project_id}/plan/tasks/{task_id}/delay", response=DelayOut)
def state_task_delay(request: HttpRequest, project_id: int, task_id: int, payload: DelayIn) -> DelayOut:
    """States risk and reason of a task."""
    project = project_of(request, project_id)
    if not project.tasks.filter(pk=task_id).exists():
        raise NotFound
    said: TaskDelay = services.state_delay(
        task_id, payload.risk, payload.reason, version=payload.version, by=actor_of(request)
    )
    return DelayOut(task_id=said.task_id, version=said.version, risk=RiskLevel(said.risk), reason=said.reason)


def _near(day: date) -> None:
    """Days that no calendar reaches are not there."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotFound


def _contact(project: Project, department_id: int) -> int | None:
    party = Party.objects.filter(project=project, department=department_id, left_at__isnull=True).first()
    if party is None:
        raise NotFound
    return party.contact_id
