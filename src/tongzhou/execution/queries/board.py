"""跨部门项目进度看板: the tasks of a project as kanban, table, calendar and Gantt draw them; one statement for the tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce

from tongzhou.calendars.queries import company_calendar
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.drawing import colour_of
from tongzhou.core.models import AuditEvent
from tongzhou.people.models import Department, Person
from tongzhou.planning import work_policies
from tongzhou.planning.models import Task
from tongzhou.planning.queries import gantt_rows, perhaps_doing, perhaps_to_accept
from tongzhou.planning.task_people import people_by_task
from tongzhou.planning.work_states import UNFINISHED
from tongzhou.projects.models import Objective, Project

from ..board_filters import LATE, NO_RISK, BoardFilter
from ..models import BoardView

# What a row of the board holds, in this order; named once, however many rows there are.
BOARD_COLUMNS = (
    "id", "number", "title", "department", "owner", "objective", "status", "percent", "start", "finish", "finished",
    "milestone", "critical", "float", "version", "hindrance", "risk", "reason", "delay_version", "report", "reporter",
    "late",
)  # fmt: skip
_FIELDS = (
    "pk", "number", "title", "department_id", "owner_id", "goal", "status", "percent", "start", "finish",
    "actual_finish", "is_milestone", "is_critical", "total_float", "version", "hindrance", "delays__risk",
    "delays__reason", "delays__version", "waiting__pk", "waiting__reported_by_id",
)  # fmt: skip
_STATUS, _FINISH = _FIELDS.index("status"), _FIELDS.index("finish")
# After more changes than these the whole board is asked for.
MOST_CHANGES = 500
WORK = ("planning.work.", "execution.delay.")
# What else moves tasks or what may be done with them; all other events leave the board as it was.
REST = ("planning.", "projects.", "people.")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the board can be filtered by in this project: key and name."""

    departments: tuple[tuple[int, str], ...]
    owners: tuple[tuple[int, str], ...]
    objectives: tuple[tuple[int, str], ...]


def board_tasks(project: Project, wanted: BoardFilter, actor: Actor) -> QuerySet[Task]:
    """The tasks the filter leaves, the soonest due first; summaries only sum up and are not on the board."""
    # An objective reaches its tasks through a commitment as well.
    rows = Task.objects.filter(project=project, is_summary=False).annotate(
        goal=Coalesce("objective_id", "commitment__objective_id")
    )
    if wanted.departments:
        rows = rows.filter(department__in=wanted.departments)
    if wanted.owners:
        rows = rows.filter(owner__in=wanted.owners)
    if wanted.mine:
        rows = rows.filter(owner_id=actor.person_id or 0)
    if wanted.objectives:
        rows = rows.filter(goal__in=wanted.objectives)
    late = Q(status__in=UNFINISHED, finish__lt=last_workday(clock.today()))
    if wanted.statuses:
        states = Q(status__in=[status for status in wanted.statuses if status != LATE])
        rows = rows.filter(states | late if LATE in wanted.statuses else states)
    if wanted.late:
        rows = rows.filter(late)
    if wanted.risks:
        stated = Q(delays__risk__in=[risk for risk in wanted.risks if risk != NO_RISK])
        rows = rows.filter(stated | Q(delays__isnull=True) if NO_RISK in wanted.risks else stated)
    if wanted.text:
        named = Q(title__icontains=wanted.text) | Q(owner__name__icontains=wanted.text)
        named |= Q(delays__reason__icontains=wanted.text) | Q(hindrance__icontains=wanted.text)
        if wanted.text.isascii() and wanted.text.isdecimal() and len(wanted.text) < 9:
            named |= Q(number=int(wanted.text))
        rows = rows.filter(named)
    return rows.order_by(F("finish").asc(nulls_last=True), "rank", "pk")


def board_data(project: Project, wanted: BoardFilter, actor: Actor) -> dict[str, Any]:
    """Everything the views draw, and what this person may do; a fixed number of queries however long the plan is."""
    seq = _last_event(project)
    rows = board_rows(board_tasks(project, wanted, actor))
    at = {name: number for number, name in enumerate(BOARD_COLUMNS)}
    first = min((row[_FINISH] for row in rows if row[_FINISH]), default=clock.today())
    last = max((row[_FINISH] for row in rows if row[_FINISH]), default=clock.today())
    return {
        "columns": BOARD_COLUMNS,
        "tasks": rows,
        "departments": _names(Department, "name", {row[at["department"]] for row in rows}),
        "colours": {pk: colour_of(pk) for pk in {row[at["department"]] for row in rows} if pk is not None},
        "owners": _names(Person, "name", {row[at["owner"]] for row in rows}),
        "objectives": _names(Objective, "text", {row[at["objective"]] for row in rows}),
        "mine": sorted(worked_on_by(actor, project)),
        "accepts": accepted_by(actor, project),
        "me": actor.person_id,
        "today": clock.today(),
        "off": _days_off(min(first, clock.today()), max(last, clock.today())),
        "seq": seq,
    }


def board_changes(project: Project, wanted: BoardFilter, actor: Actor, since: int) -> dict[str, Any]:
    """What an open board has to draw anew since event ``since``; ``reload`` where that is more than single tasks."""
    seq = _last_event(project)
    events = AuditEvent.objects.filter(project_id=project.pk, seq__gt=since, seq__lte=seq).order_by("seq")
    told = list(events.values_list("name", "subject_id")[: MOST_CHANGES + 1])
    if (
        since > seq
        or len(told) > MOST_CHANGES
        or any(name.startswith(REST) and not _is_work(name) for name, _pk in told)
    ):
        return {"reload": True, "seq": seq}
    touched = {pk for name, pk in told if _is_work(name)}
    rows = board_rows(board_tasks(project, wanted, actor).filter(pk__in=touched)) if touched else []
    return {
        "reload": False,
        "tasks": rows,
        "gone": sorted(touched - {row[0] for row in rows}),
        "accepts": accepted_by(actor, project),
        "seq": seq,
    }


def board_gantt(project: Project, wanted: BoardFilter, actor: Actor) -> dict[str, Any]:
    """The chart of the filtered tasks below their summaries, with the links between them."""
    found: dict[str, Any] = gantt_rows(project)
    kept = set(board_tasks(project, wanted, actor).values_list("pk", flat=True))
    parents = {row[0]: row[1] for row in found["tasks"]}
    for pk in list(kept):
        above = parents.get(pk, 0)
        while above and above not in kept:
            kept.add(above)
            above = parents.get(above, 0)
    found["tasks"] = [row for row in found["tasks"] if row[0] in kept]
    found["links"] = [row for row in found["links"] if row[1] in kept and row[2] in kept]
    return found


def worked_on_by(actor: Actor, project: Project) -> set[int]:
    """The tasks on which this person may report."""
    if actor.person_id is None:
        return set()
    rows = list(perhaps_doing(actor).filter(project=project).distinct())
    people = people_by_task(rows)
    return {row.pk for row in rows if work_policies.may_report(actor, row, people[row.pk])}


def accepted_by(actor: Actor, project: Project) -> dict[int, int]:
    """Task → the report on which this person has to decide."""
    if actor.person_id is None:
        return {}
    reports = list(perhaps_to_accept(actor).filter(project=project))
    people = people_by_task([report.task for report in reports])
    return {row.task_id: row.pk for row in reports if work_policies.can_accept(actor, row, people[row.task_id])}


def board_choices(project: Project) -> Choices:
    """Departments, owners and objectives that the project's tasks have."""
    tasks = Task.objects.filter(project=project, is_summary=False).order_by()
    departments = Department.objects.filter(pk__in=tasks.values("department")).order_by("position", "pk")
    owners = Person.objects.filter(pk__in=tasks.values("owner")).order_by("name", "pk")
    objectives = Objective.objects.filter(project=project).order_by("pk")
    return Choices(
        tuple(departments.values_list("pk", "name")),
        tuple(owners.values_list("pk", "name")),
        tuple(objectives.values_list("pk", "text")),
    )


def board_views_for(actor: Actor, project: Project) -> QuerySet[BoardView]:
    """The actor's own views of the project's board and those others share, own ones first."""
    rows = BoardView.objects.filter(project=project).select_related("owner")
    return rows.filter(Q(owner_id=actor.person_id or 0) | Q(is_shared=True)).order_by("is_shared", "name", "pk")


def last_workday(day: date) -> date:
    """The day itself, or the last one before it on which the company works: what was due before it is late."""
    calendar = company_calendar()
    for back in range(31):
        if calendar.is_workday(found := day - timedelta(days=back)):
            return found
    return day


def days_past(task: Task) -> int:
    """Working days by which unfinished work is past its planned finish."""
    if task.finish is None or task.status not in UNFINISHED or task.finish >= clock.today():
        return 0
    return max(company_calendar().count_workdays(task.finish, clock.today()), 0)


def board_rows(tasks: QuerySet[Task], first: int = 0, count: int | None = None) -> list[tuple[Any, ...]]:
    """The rows of tasks from ``board_tasks`` in the order of ``BOARD_COLUMNS``; one statement."""
    waiting = FilteredRelation("done_reports", condition=Q(done_reports__state="waiting"))
    found = tasks.annotate(waiting=waiting).values_list(*_FIELDS)
    calendar, day = company_calendar(), clock.today()
    # Many tasks end on the same day.
    days: dict[date, int] = {}

    def late(status: str, finish: date | None) -> int:
        if finish is None or finish >= day or status not in UNFINISHED:
            return 0
        if finish not in days:
            days[finish] = max(calendar.count_workdays(finish, day), 0)
        return days[finish]

    part = found if count is None else found[first : first + count]
    return [(*row, late(row[_STATUS], row[_FINISH])) for row in part]


def _names(model: Any, field: str, keys: Iterable[int | None]) -> Mapping[int, str]:
    wanted = {key for key in keys if key is not None}
    return dict(model._default_manager.filter(pk__in=wanted).values_list("pk", field)) if wanted else {}


def _days_off(first: date, last: date) -> list[date]:
    calendar = company_calendar()
    begins = first.replace(day=1) - timedelta(days=7)
    days = (last - begins).days + 45
    return [day for n in range(min(days, 1100)) if not calendar.is_workday(day := begins + timedelta(days=n))]


def _last_event(project: Project) -> int:
    return AuditEvent.objects.filter(project_id=project.pk).order_by("-seq").values_list("seq", flat=True).first() or 0


def _is_work(name: str) -> bool:
    return name.startswith(WORK)
