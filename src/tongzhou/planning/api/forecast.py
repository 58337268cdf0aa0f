"""How sure the promised dates are, for programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tongzhou.projects.api.reaching import project_of

from .. import queries
from ..queries.forecast import Chance

router = Router()


class ChanceOut(Schema):
    """A date, the chance (0 to 1) to hold it, and the ends by which half and four of five runs are done."""

    due: date | None
    chance: float | None
    p50: date
    p80: date
    tasks: int


class ObjectiveChanceOut(Schema):
    """The chance of an objective; nothing is told where no task names it."""

    objective_id: int
    title: str
    told: ChanceOut | None


class DriverOut(Schema):
    """A task that decides the end."""

    task_id: int
    number: int
    title: str
    critical: float
    influence: float
    shortest: float
    usual: int
    longest: float
    is_assumed: bool


class SpreadOut(Schema):
    """Runs that ended between two dates, both included."""

    first: date
    last: date
    runs: int


class ForecastOut(Schema):
    """What the runs say; the same plan and seed give the same again. ``project`` is empty for a plan without tasks."""

    runs: int
    seed: int
    computed: date | None
    project: ChanceOut | None
    objectives: list[ObjectiveChanceOut]
    drivers: list[DriverOut]
    spread: list[SpreadOut]
    given: int
    assumed: int


def _told(chance: Chance) -> ChanceOut:
    return ChanceOut(due=chance.due, chance=chance.chance, p50=chance.likely, p80=chance.safe, tasks=chance.tasks)


@router.get("/projects/{project_id}/plan/forecast", response=ForecastOut)
def forecast(
    request: HttpRequest, project_id: int, seed: Annotated[int, Query(ge=1, le=2**31 - 1)] = queries.SEED
) -> ForecastOut:
    """The chance to hold the project's end and each objective's date, and the tasks that decide it."""
    project = project_of(request, project_id)
    found = queries.forecast(project, seed)
    if found is None:
        return ForecastOut(
            runs=0, seed=seed, computed=None, project=None, objectives=[], drivers=[], spread=[], given=0, assumed=0
        )
    return ForecastOut(
        runs=found.runs,
        seed=found.seed,
        computed=found.computed,
        project=_told(found.project),
        objectives=[
            ObjectiveChanceOut(
                objective_id=row.objective_id, title=row.title, told=_told(row.told) if row.told else None
            )
            for row in found.objectives
        ],
        drivers=[
            DriverOut(
                task_id=row.task_id,
                number=row.number,
                title=row.title,
                critical=row.critical,
                influence=row.influence,
                shortest=row.points[0],
                usual=row.points[1],
                longest=row.points[2],
                is_assumed=row.is_assumed,
            )
            for row in found.drivers
        ],
        spread=[SpreadOut(first=bar.first, last=bar.last, runs=bar.runs) for bar in found.bars],
        given=found.given,
        assumed=found.assumed,
    )
