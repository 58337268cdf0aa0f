"""Ways out of resource conflicts for programs: what they move and cost, the departments' answers, one act, undo."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import actor_of
from tongzhou.projects.api.reaching import DepartmentRef, PersonRef, department_ref, person_ref, project_of

from .. import queries, services
from ..models import Remedy
from ..resource_states import RemedyState, Verdict, Way

router = Router()
PLAN = "/projects/{project_id}/plan/ways"
SHOWN = 100


class WayMoveOut(Schema):
    """A task that gets other dates; ``days`` in working days, later when positive."""

    task_id: int
    number: int
    title: str
    department: str
    start_before: date
    finish_before: date
    start_after: date
    finish_after: date
    days: int


class WayExchangeOut(Schema):
    """Who or what takes whose place in a booking."""

    need_id: int
    kind: str
    before: str
    after: str
    task: str
    provider: str


class ConsentOut(Schema):
    """The answer of a department concerned; empty ``verdict``: not yet."""

    department: DepartmentRef
    needs_head: bool
    verdict: Verdict
    reason: str
    person: PersonRef | None
    on_behalf_of: str
    at: datetime | None


class RemedyOut(Schema):
    """A way out, what it moves and costs, and where it stands. ``is_outdated``: plan or bookings have changed since."""

    id: int
    number: int
    way: Way
    state: RemedyState
    text: str
    cost_days: int
    end_before: date | None
    end_after: date | None
    end_bound: date | None
    is_smallest: bool
    is_outdated: bool
    moves: list[WayMoveOut]
    exchanges: list[WayExchangeOut]
    reasons: list[str]
    consents: list[ConsentOut]
    asked_by: PersonRef | None
    asked_at: datetime
    settled_at: datetime | None
    step: int | None


class ConsentIn(Schema):
    """``accepted``, or ``objected`` with the reason."""

    verdict: Verdict
    reason: Text = ""


class FreedOut(Schema):
    """How many tasks begin as soon as they can again."""

    tasks: int


def _told(row: Remedy) -> RemedyOut:
    content = row.content
    return RemedyOut(
        id=row.pk,
        number=row.number,
        way=Way(row.way),
        state=RemedyState(row.state),
        text=queries.headline(row),
        cost_days=content.get("cost_days", 0),
        end_before=content.get("end_before"),
        end_after=content.get("end_after"),
        end_bound=content.get("end_bound"),
        is_smallest=bool(content.get("smallest")),
        is_outdated=queries.is_outdated(row),
        moves=[
            WayMoveOut(
                task_id=move["task"],
                number=move["number"],
                title=move["title"],
                department=move["department"],
                start_before=move["before"][0],
                finish_before=move["before"][1],
                start_after=move["after"][0],
                finish_after=move["after"][1],
                days=move["days"],
            )
            for move in row.moves
        ],
        exchanges=[
            WayExchangeOut(
                need_id=swap["need"],
                kind=swap["kind"],
                before=swap["before"]["name"],
                after=swap["after"]["name"],
                task=swap["task"],
                provider=swap["provider"],
            )
            for swap in row.exchanges
        ],
        reasons=queries.reasons_told(content),
        consents=[
            ConsentOut(
                department=department_ref(consent.department),
                needs_head=consent.needs_head,
                verdict=Verdict(consent.verdict),
                reason=consent.reason,
                person=person_ref(consent.person),
                on_behalf_of=consent.on_behalf_of,
                at=consent.at,
            )
            for consent in row.consents.all()
        ],
        asked_by=person_ref(row.asked_by),
        asked_at=row.asked_at,
        settled_at=row.settled_at,
        step=row.step,
    )


def _found(request: HttpRequest, project_id: int, remedy_id: int) -> Remedy:
    project = project_of(request, project_id)
    return reach(queries.remedies_for(actor_of(request)).filter(project=project), remedy_id)


@router.get(PLAN, response=list[RemedyOut])
def ways(request: HttpRequest, project_id: int) -> list[RemedyOut]:
    """The ways out of the project's conflicts that were proposed or looked for, newest first (at most 100)."""
    project = project_of(request, project_id)
    return [_told(row) for row in queries.remedies_for(actor_of(request)).filter(project=project)[:SHOWN]]


@router.post("/projects/{project_id}/plan/leveling", response={201: RemedyOut})
@idempotent
def start_leveling(request: HttpRequest, project_id: int) -> tuple[int, RemedyOut]:
    """A levelled plan at once; ask for it again to see it improve while its state is ``searching``."""
    made = services.start_leveling(project_of(request, project_id).pk, by=actor_of(request))
    return 201, _told(_found(request, project_id, made.pk))


@router.post("/projects/{project_id}/plan/leveling/free", response=FreedOut)
@idempotent
def free_held_tasks(request: HttpRequest, project_id: int) -> FreedOut:
    """Lets go of what levelling holds back, as one step of the plan."""
    return FreedOut(tasks=services.free_held_tasks(project_of(request, project_id).pk, by=actor_of(request)))


@router.get(f"{PLAN}/{{remedy_id}}", response=RemedyOut)
def way(request: HttpRequest, project_id: int, remedy_id: int) -> RemedyOut:
    """One way out."""
    return _told(_found(request, project_id, remedy_id))


@router.post(f"{PLAN}/{{remedy_id}}/propose", response=RemedyOut)
@idempotent
def propose(request: HttpRequest, project_id: int, remedy_id: int) -> RemedyOut:
    """Brings the levelled plan before the departments concerned; 409 when things have changed since."""
    services.propose_remedy(_found(request, project_id, remedy_id).pk, by=actor_of(request))
    return _told(_found(request, project_id, remedy_id))


@router.post(f"{PLAN}/{{remedy_id}}/consents/{{department_id}}", response=RemedyOut)
@idempotent
def answer(request: HttpRequest, project_id: int, remedy_id: int, department_id: int, payload: ConsentIn) -> RemedyOut:
    """A department concerned accepts or objects."""
    consent = queries.consent_of(_found(request, project_id, remedy_id), department_id)
    if consent is None:
        raise NotFound
    services.answer_remedy(consent.pk, payload.verdict, payload.reason, by=actor_of(request))
    return _told(_found(request, project_id, remedy_id))


@router.post(f"{PLAN}/{{remedy_id}}/apply", response=RemedyOut)
@idempotent
def apply(request: HttpRequest, project_id: int, remedy_id: int) -> RemedyOut:
    """Carries it out as one step of the plan; 409 when plan or bookings have changed since it was computed."""
    services.apply_remedy(_found(request, project_id, remedy_id).pk, by=actor_of(request))
    return _told(_found(request, project_id, remedy_id))


@router.post(f"{PLAN}/{{remedy_id}}/take-back", response=RemedyOut)
@idempotent
def take_back(request: HttpRequest, project_id: int, remedy_id: int) -> RemedyOut:
    """Undoes it while its step is the last of the plan."""
    services.take_back_remedy(_found(request, project_id, remedy_id).pk, by=actor_of(request))
    return _told(_found(request, project_id, remedy_id))


@router.post(f"{PLAN}/{{remedy_id}}/withdraw", response=RemedyOut)
@idempotent
def withdraw(request: HttpRequest, project_id: int, remedy_id: int) -> RemedyOut:
    """No longer proposed or looked for."""
    services.drop_remedy(_found(request, project_id, remedy_id).pk, by=actor_of(request))
    return _told(_found(request, project_id, remedy_id))
