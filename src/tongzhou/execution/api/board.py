"""看板, for programs: the tasks as the board filters them, one act on many, owner and due in place, kept views."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import actor_of
from tongzhou.planning.work_states import TaskStatus
from tongzhou.projects.api.reaching import Key, PageNumber, Version, project_of

from .. import queries, services
from ..board_filters import LONGEST_TEXT, BoardFilter
from ..models import BoardView
from ..models.views import LONGEST_NAME
from ..states import RiskLevel

router = Router()
BOARD = "/projects/{project_id}/board"
PAGE = 200


class BoardQuery(Schema):
    """The board's filters; several values of one kind are alternatives, kinds narrow each other."""

    department: Annotated[list[Key], Field(max_length=50)] = []
    owner: Annotated[list[Key], Field(max_length=50)] = []
    objective: Annotated[list[Key], Field(max_length=50)] = []
    status: Annotated[list[TaskStatus | Literal["late"]], Field(max_length=10)] = []
    risk: Annotated[list[RiskLevel | Literal["none"]], Field(max_length=10)] = []
    late: bool = False
    mine: bool = False
    q: Annotated[Text, Field(max_length=LONGEST_TEXT)] = ""

    @property
    def wanted(self) -> BoardFilter:
        """As the board reads it."""
        return BoardFilter(
            departments=tuple(self.department),
            owners=tuple(self.owner),
            objectives=tuple(self.objective),
            statuses=tuple(str(status) for status in self.status),
            risks=tuple(str(risk) for risk in self.risk),
            late=self.late,
            mine=self.mine,
            text=" ".join(self.q.split()),
        )


class BoardTaskOut(Schema):
    """A task on the board. ``days_late``: working days past its planned finish while it is not done, computed.

    ``report_id``: the report that waits for approval; ``risk`` and ``reason``: what people state.
    """

    id: int
    number: int
    title: str
    department_id: int | None
    owner_id: int | None
    objective_id: int | None
    status: TaskStatus
    percent: int
    start: date | None
    finish: date | None
    finished: date | None
    milestone: bool
    critical: bool
    total_float: int | None
    version: int
    hindrance: str
    risk: RiskLevel | None
    reason: str
    delay_version: int | None
    report_id: int | None
    days_late: int


class BoardOut(Schema):
    """One page of the board, the soonest due first."""

    count: int
    page: int
    items: list[BoardTaskOut]


class BulkTaskIn(Schema):
    """A task, and the version of it that was seen."""

    id: Key
    version: Version | None = None


class BulkActIn(Schema):
    """The same for several tasks: ``percent`` goes with ``progress``, ``risk`` and ``reason`` with ``risk``."""

    act: services.Bulk
    tasks: Annotated[list[BulkTaskIn], Field(max_length=services.MOST_AT_ONCE)]
    percent: int | None = None
    risk: RiskLevel | None = None
    reason: Text = ""


class BulkActOut(Schema):
    """To how many tasks it was done."""

    count: int


class PlaceWorkIn(Schema):
    """Owner and due date; left out stays as it is."""

    version: Version
    owner_id: Key | None = None
    due: date | None = None


class PlacedWorkOut(Schema):
    """The task after that."""

    id: int
    version: int
    owner_id: int | None
    start: date | None
    finish: date | None


class BoardViewIn(Schema):
    """A view to keep; ``query`` as in the address of the board."""

    name: Annotated[Text, Field(max_length=4 * LONGEST_NAME)]
    query: Annotated[Text, Field(max_length=4000)] = ""
    shared: bool = False


class BoardViewOut(Schema):
    """A kept view."""

    id: int
    name: str
    query: str
    shared: bool
    mine: bool


class BoardViewsOut(Schema):
    """The caller's own views and the shared ones."""

    items: list[BoardViewOut]


def _row(row: tuple[Any, ...]) -> BoardTaskOut:
    cells = dict(zip(queries.BOARD_COLUMNS, row, strict=True))
    return BoardTaskOut(
        **{name: cells[name] for name in BoardTaskOut.model_fields if name in cells and name not in {"risk", "reason"}},
        department_id=cells["department"],
        owner_id=cells["owner"],
        objective_id=cells["objective"],
        total_float=cells["float"],
        risk=cells["risk"] or None,
        reason=cells["reason"] or "",
        report_id=cells["report"],
        days_late=cells["late"],
    )


def _view(view: BoardView, request: HttpRequest) -> BoardViewOut:
    mine = view.owner_id == actor_of(request).person_id
    return BoardViewOut(id=view.pk, name=view.name, query=view.query, shared=view.is_shared, mine=mine)


@router.get(BOARD, response=BoardOut)
def board(request: HttpRequest, project_id: int, filters: Query[BoardQuery], page: PageNumber = 1) -> BoardOut:
    """The board's tasks, two hundred a page."""
    project = project_of(request, project_id)
    tasks = queries.board_tasks(project, filters.wanted, actor_of(request))
    rows = queries.board_rows(tasks, first=(page - 1) * PAGE, count=PAGE)
    return BoardOut(count=tasks.count(), page=page, items=[_row(row) for row in rows])


@router.post(f"{BOARD}/bulk", response=BulkActOut)
@idempotent
def act_on_board_tasks(request: HttpRequest, project_id: int, payload: BulkActIn) -> BulkActOut:
    """Does the same to several tasks, to all or to none."""
    project = project_of(request, project_id)
    count = services.act_on_tasks(
        project.pk,
        {row.id: row.version for row in payload.tasks},
        payload.act,
        percent=payload.percent,
        risk=payload.risk or "",
        reason=payload.reason,
        by=actor_of(request),
    )
    return BulkActOut(count=count)


@router.patch(f"{BOARD}/tasks/{{task_id}}", response=PlacedWorkOut)
def place_work(request: HttpRequest, project_id: int, task_id: int, payload: PlaceWorkIn) -> PlacedWorkOut:
    """Owner and due date, as long as the plan is open; a stale version gets both versions (409)."""
    project = project_of(request, project_id)
    if not project.tasks.filter(pk=task_id).exists():
        raise NotFound
    values = payload.model_dump(exclude_unset=True)
    task = services.place_work(task_id, values.pop("version"), values, by=actor_of(request))
    return PlacedWorkOut(id=task.pk, version=task.version, owner_id=task.owner_id, start=task.start, finish=task.finish)


@router.get(f"{BOARD}/views", response=BoardViewsOut)
def board_views(request: HttpRequest, project_id: int) -> BoardViewsOut:
    """The caller's own views of this board, and those others share."""
    project = project_of(request, project_id)
    rows = queries.board_views_for(actor_of(request), project)
    return BoardViewsOut(items=[_view(row, request) for row in rows])


@router.post(f"{BOARD}/views", response={201: BoardViewOut})
@idempotent
def keep_board_view(request: HttpRequest, project_id: int, payload: BoardViewIn) -> tuple[int, BoardViewOut]:
    """Keeps a view; the same name again replaces the caller's own."""
    project = project_of(request, project_id)
    view = services.keep_view(project.pk, payload.name, payload.query, shared=payload.shared, by=actor_of(request))
    return 201, _view(view, request)


@router.delete(f"{BOARD}/views/{{view_id}}", response={204: None})
def drop_board_view(request: HttpRequest, project_id: int, view_id: int) -> tuple[int, None]:
    """Removes a view: one's own, or as the lead a shared one."""
    project = project_of(request, project_id)
    view: BoardView = reach(queries.board_views_for(actor_of(request), project), view_id)
    services.drop_view(view.pk, by=actor_of(request))
    return 204, None
