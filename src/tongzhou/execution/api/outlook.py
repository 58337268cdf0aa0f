"""展望, for programs: forecast finish and the risk by the facts."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.projects.api.reaching import project_of

from .. import queries
from ..queries.outlook_words import reason_words

router = Router()


class RiskReasonOut(Schema):
    """One reason as data: its kind and a number of working days."""

    kind: str
    days: int


class TaskOutlookOut(Schema):
    """An unfinished task: forecast finish, working days past the plan, stated and computed risk with its reasons."""

    task_id: int
    number: int
    title: str
    planned: date | None
    forecast: date
    days_late: int
    stated: str
    computed: str
    reasons: list[RiskReasonOut]
    words: str


class OutlookOut(Schema):
    """The project as things stand; without a forecast where the plan has no tasks."""

    promised: date | None
    forecast: date | None
    days_late: int
    tasks: list[TaskOutlookOut]


@router.get("/projects/{project_id}/outlook", response=OutlookOut)
def outlook(request: HttpRequest, project_id: int) -> OutlookOut:
    """Where the project and each unfinished task will end, and how great the risk is by the facts."""
    project = project_of(request, project_id)
    told = queries.outlook_of(project)
    if told is None:
        return OutlookOut(promised=project.ends_on, forecast=None, days_late=0, tasks=[])
    return OutlookOut(
        promised=told.promised,
        forecast=told.forecast,
        days_late=told.slip,
        tasks=[
            TaskOutlookOut(
                task_id=row.task.pk,
                number=row.task.number,
                title=row.task.title,
                planned=row.task.finish,
                forecast=row.forecast,
                days_late=row.slip,
                stated=row.stated,
                computed=row.level,
                reasons=[RiskReasonOut(kind=reason.kind, days=reason.days) for reason in row.reasons],
                words=reason_words(row.reasons),
            )
            for row in told.tasks
        ],
    )
