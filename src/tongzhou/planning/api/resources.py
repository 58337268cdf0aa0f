"""Resources: what there is, what tasks need, offers, conflicts, the request to the sponsor, the load."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.api import Text, idempotent
from tongzhou.core.errors import NotFound
from tongzhou.core.pages import actor_of, as_download
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.projects.api.reaching import (
    DepartmentRef,
    DoneOut,
    Key,
    PersonRef,
    ProjectReasonIn,
    Version,
    department_ref,
    person_ref,
    project_of,
)

from .. import queries, services
from ..models import ResourceNeed, ResourceRequest
from ..queries import ResourceConflict
from ..resource_states import Category, Priority

router = Router()
Pieces = Annotated[int, Field(ge=1, le=10_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Money = Annotated[Decimal, Field(max_digits=16, decimal_places=2, ge=0)]
FORMATS = ("docx", "xlsx", "pdf")
PLAN = "/projects/{project_id}/plan/resources"


class NeedOut(Schema):
    """One resource need, what is offered for it and what the sponsor let stand."""

    id: int
    version: int
    number: int
    task_id: int | None
    category: Category
    name: str
    department: DepartmentRef
    provider: DepartmentRef
    person: PersonRef | None
    quantity: int
    unit: str
    share: int
    first: date | None
    last: date | None
    amount: Decimal | None
    account: str
    purpose: str
    alternative: str
    priority: Priority
    state: str
    reason: str
    reply: str
    approval: str
    approved_quantity: int | None
    approved_amount: Decimal | None
    approval_reason: str
    booked: list[PersonRef]


class NeedIn(Schema):
    """A new need. Without ``first`` and ``last`` it lasts as long as its task."""

    task_id: Key
    category: Category
    name: Text
    provider_id: Key
    purpose: Text
    person_id: Key | None = None
    quantity: Pieces = 1
    unit: Text = ""
    share: Annotated[int, Field(ge=1, le=100)] = 100
    first: date | None = None
    last: date | None = None
    amount: Money | None = None
    account: Text = ""
    alternative: Text = ""
    priority: Priority = Priority.MEDIUM


class NeedPatch(Schema):
    """What of a need is changed; left out stays as it is."""

    version: Version
    task_id: Key | None = None
    category: Category | None = None
    name: Text | None = None
    provider_id: Key | None = None
    purpose: Text | None = None
    person_id: Key | None = None
    quantity: Pieces | None = None
    unit: Text | None = None
    share: Annotated[int, Field(ge=1, le=100)] | None = None
    first: date | None = None
    last: date | None = None
    amount: Money | None = None
    account: Text | None = None
    alternative: Text | None = None
    priority: Priority | None = None


class OfferIn(Schema):
    """What the department gives: persons, a thing or an account; ``knowingly`` books in spite of a conflict."""

    person_ids: Annotated[list[Key], Field(max_length=200)] = []
    thing_id: Key | None = None
    budget_id: Key | None = None
    quantity: Pieces | None = None
    share: Annotated[int, Field(ge=1, le=100)] | None = None
    first: date | None = None
    last: date | None = None
    amount: Money | None = None
    note: Text = ""
    knowingly: bool = False


class KnowinglyIn(Schema):
    """Whether the head books in spite of a conflict."""

    knowingly: bool = False


class BookingTold(Schema):
    """A booking as far as the reader may know it."""

    what: str
    first: date | None
    last: date | None
    share: int
    amount: Decimal | None
    project_id: int | None
    is_hidden: bool


class WayOutOut(Schema):
    """A way out of a conflict; ``cost_days`` are working days."""

    key: str
    way: str
    text: str
    moves: str
    cost_days: int


class ConflictOut(Schema):
    """Who or what is asked for too much, when, by how much, by which bookings."""

    key: str
    kind: str
    subject_id: int
    subject: str
    first: date | None
    last: date | None
    working_days: int
    peak: int
    capacity: int
    over: Decimal
    bookings: list[BookingTold]
    proposals: list[WayOutOut] = []


class NeedsOut(Schema):
    """Every need of a plan, conflicts first."""

    conflicts: list[ConflictOut]
    items: list[NeedOut]


class TakeIn(Schema):
    """The key of the proposal that is taken."""

    key: Text


class RowIn(Schema):
    """What the sponsor lets stand of a need; left out as asked."""

    need_id: Key
    quantity: Annotated[int, Field(ge=0, le=10_000)] | None = None
    amount: Money | None = None
    reason: Text = ""


class DecideIn(Schema):
    """The sponsor's decision on exactly the list with this digest; rows that are not named are approved as asked."""

    digest: Text
    rows: Annotated[list[RowIn], Field(max_length=2000)] = []
    reason: Text = ""


class RequestOut(Schema):
    """A consolidated request: the frozen list and where it stands."""

    id: int
    number: int
    state: str
    digest: str
    round_id: int | None
    sent_by: PersonRef | None
    need_ids: list[int]
    content: dict[str, Any]


class WorkforceOut(Schema):
    """A person with share, skills and absences."""

    person: PersonRef
    version: int
    percent: int
    skills: list[str]
    absences: list[AbsenceOut]


class AbsenceIn(Schema):
    """Days on which a person is not there."""

    first: date
    last: date
    reason: Text = ""


class AbsenceOut(AbsenceIn):
    """An absence."""

    id: int


class CapacityIn(Schema):
    """How much of the day a person gives, and what they can do; version 0 where nothing was said yet."""

    version: Annotated[int, Field(ge=0, le=2**31 - 1)]
    percent: Percent
    skills: Annotated[list[Text], Field(max_length=100)] = []


class ThingIn(Schema):
    """Something a department lends."""

    department_id: Key
    kind: Text = "equipment"
    name: Text
    count: Pieces = 1
    is_active: bool = True


class ThingPatch(Schema):
    """What of a thing is changed."""

    version: Version
    kind: Text | None = None
    name: Text | None = None
    count: Pieces | None = None
    is_active: bool | None = None


class ThingOut(ThingIn):
    """A thing."""

    id: int
    version: int


class BudgetIn(Schema):
    """What a department may spend from an account, in yuan."""

    department_id: Key
    account: Text
    amount: Money
    note: Text = ""


class BudgetPatch(Schema):
    """What of a budget is changed."""

    version: Version
    account: Text | None = None
    amount: Money | None = None
    note: Text | None = None


class BudgetOut(BudgetIn):
    """A budget with what is promised, approved and left."""

    id: int
    version: int
    currency: str
    promised: Decimal
    approved: Decimal
    left: Decimal


class LoadDayOut(Schema):
    """One working day of a person: percent taken of the capacity."""

    day: date
    percent: int
    capacity: int
    level: str


class LoadOut(Schema):
    """One person's load."""

    person: PersonRef
    days: list[LoadDayOut]


WorkforceOut.model_rebuild()


def _need(row: ResourceNeed) -> NeedOut:
    first, last = row.period
    plain = (
        "version", "number", "task_id", "name", "quantity", "unit", "share", "amount", "account", "purpose",
        "alternative", "state", "reason", "approval", "approved_quantity", "approved_amount", "approval_reason",
    )  # fmt: skip
    return NeedOut(
        id=row.pk,
        category=Category(row.category),
        priority=Priority(row.priority),
        department=department_ref(row.department),
        provider=department_ref(row.provider),
        person=person_ref(row.person),
        first=first,
        last=last,
        reply=queries.reply_of(row),
        booked=[ref for entry in row.held if (ref := person_ref(entry.person))],  # type: ignore[attr-defined]
        **{name: getattr(row, name) for name in plain},
    )


def _one(request: HttpRequest, project_id: int, need_id: int) -> NeedOut:
    return _need(reach(queries.needs_of(project_of(request, project_id), actor_of(request)), need_id))


def _key(request: HttpRequest, project_id: int, need_id: int) -> int:
    """The need through its project."""
    return reach(queries.needs_for(actor_of(request)).filter(project=project_of(request, project_id)), need_id).pk


def _conflict(found: ResourceConflict, proposals: Any = ()) -> ConflictOut:
    return ConflictOut(
        key=found.key,
        kind=found.kind,
        subject_id=found.subject.pk,
        subject=str(found.subject),
        first=found.first,
        last=found.last,
        working_days=found.working_days,
        peak=found.peak,
        capacity=found.capacity,
        over=found.over,
        bookings=[
            BookingTold(
                what=entry.what,
                first=entry.first,
                last=entry.last,
                share=entry.share,
                amount=entry.amount,
                project_id=entry.project_id,
                is_hidden=entry.is_hidden,
            )
            for entry in found.told
        ],
        proposals=[
            WayOutOut(key=way.key, way=way.way.value, text=way.text, moves=way.moves, cost_days=way.cost_days)
            for way in proposals
        ],
    )


@router.get(PLAN, response=NeedsOut)
def needs(request: HttpRequest, project_id: int) -> NeedsOut:
    """Conflicts with their ways out, and every need."""
    project, actor = project_of(request, project_id), actor_of(request)
    return NeedsOut(
        conflicts=[_conflict(row.conflict, row.proposals) for row in queries.solvable_conflicts(project, actor)],
        items=[_need(row) for row in queries.needs_of(project, actor)],
    )


@router.post(PLAN, response={201: NeedOut})
@idempotent
def ask(request: HttpRequest, project_id: int, payload: NeedIn) -> tuple[int, NeedOut]:
    """Asks a department for what a task needs."""
    project = project_of(request, project_id)
    need = services.ask_resource(project.pk, payload.model_dump(), by=actor_of(request))
    return 201, _one(request, project_id, need.pk)


@router.post(f"{PLAN}/resolve", response=WayOutOut)
@idempotent
def resolve(request: HttpRequest, project_id: int, payload: TakeIn) -> WayOutOut:
    """Takes a way out of a conflict."""
    way = services.take_proposal(project_of(request, project_id).pk, payload.key, by=actor_of(request))
    return WayOutOut(key=way.key, way=way.way.value, text=way.text, moves=way.moves, cost_days=way.cost_days)


@router.get(f"{PLAN}/paper/{{fmt}}")
def needs_paper(request: HttpRequest, project_id: int, fmt: str) -> HttpResponse:
    """The form as it stands now: docx, xlsx or pdf."""
    project = project_of(request, project_id)
    if fmt not in FORMATS:
        raise NotFound
    name, data = queries.resource_file(project, None, fmt, actor_of(request).name)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


@router.get(f"{PLAN}/requests", response=list[RequestOut])
def requests(request: HttpRequest, project_id: int) -> list[RequestOut]:
    """The consolidated requests of the project, newest first."""
    project = project_of(request, project_id)
    rows = queries.requests_for(actor_of(request)).filter(project=project).prefetch_related("needs")
    return [_request(row) for row in rows]


@router.post(f"{PLAN}/requests", response={201: RequestOut})
@idempotent
def send_request(request: HttpRequest, project_id: int) -> tuple[int, RequestOut]:
    """Freezes the list and asks the sponsor."""
    sent = services.send_request(project_of(request, project_id).pk, by=actor_of(request))
    return 201, _request(sent)


@router.post(f"{PLAN}/requests/{{request_id}}/call-back", response=RequestOut)
@idempotent
def call_back(request: HttpRequest, project_id: int, request_id: int) -> RequestOut:
    """Takes the list back before it is decided."""
    return _request(services.call_request_back(_request_key(request, project_id, request_id), by=actor_of(request)))


@router.post(f"{PLAN}/requests/{{request_id}}/decide", response=RequestOut)
@idempotent
def decide_request(request: HttpRequest, project_id: int, request_id: int, payload: DecideIn) -> RequestOut:
    """The sponsor decides row by row."""
    verdicts = {
        row.need_id: services.RowVerdict(quantity=row.quantity, amount=row.amount, reason=row.reason)
        for row in payload.rows
    }
    key = _request_key(request, project_id, request_id)
    done = services.decide_request(
        key, verdicts, shown_digest=payload.digest, reason=payload.reason, by=actor_of(request)
    )
    return _request(done)


@router.get(f"{PLAN}/{{need_id}}", response=NeedOut)
def need(request: HttpRequest, project_id: int, need_id: int) -> NeedOut:
    """One need."""
    return _one(request, project_id, need_id)


@router.patch(f"{PLAN}/{{need_id}}", response=NeedOut)
def change_need(request: HttpRequest, project_id: int, need_id: int, payload: NeedPatch) -> NeedOut:
    """Changes what is asked; a stale version gets both versions (409)."""
    values = payload.model_dump(exclude_unset=True)
    version = values.pop("version")
    services.change_need(_key(request, project_id, need_id), version, values, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/offer", response=NeedOut)
@idempotent
def offer(request: HttpRequest, project_id: int, need_id: int, payload: OfferIn) -> NeedOut:
    """The providing department's answer; by its contact person it is only prepared."""
    values = payload.model_dump()
    people, knowingly = values.pop("person_ids"), values.pop("knowingly")
    key = _key(request, project_id, need_id)
    services.offer_resource(key, values, person_ids=people, knowingly=knowingly, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/confirm", response=NeedOut)
@idempotent
def confirm(request: HttpRequest, project_id: int, need_id: int, payload: KnowinglyIn) -> NeedOut:
    """The head confirms what was prepared."""
    services.confirm_offer(_key(request, project_id, need_id), knowingly=payload.knowingly, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/decline", response=NeedOut)
@idempotent
def decline(request: HttpRequest, project_id: int, need_id: int, payload: ProjectReasonIn) -> NeedOut:
    """The department cannot give it."""
    services.decline_need(_key(request, project_id, need_id), payload.reason, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/accept", response=NeedOut)
@idempotent
def accept(request: HttpRequest, project_id: int, need_id: int) -> NeedOut:
    """The lead takes the counter-offer."""
    services.accept_offer(_key(request, project_id, need_id), by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/turn-down", response=NeedOut)
@idempotent
def turn_down(request: HttpRequest, project_id: int, need_id: int, payload: ProjectReasonIn) -> NeedOut:
    """The lead asks the department to look again."""
    services.turn_down_offer(_key(request, project_id, need_id), payload.reason, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/withdraw", response=NeedOut)
@idempotent
def withdraw(request: HttpRequest, project_id: int, need_id: int, payload: ProjectReasonIn) -> NeedOut:
    """No longer asked."""
    services.withdraw_need(_key(request, project_id, need_id), reason=payload.reason, by=actor_of(request))
    return _one(request, project_id, need_id)


@router.post(f"{PLAN}/{{need_id}}/again", response=NeedOut)
@idempotent
def again(request: HttpRequest, project_id: int, need_id: int) -> NeedOut:
    """Asked once more."""
    services.ask_again(_key(request, project_id, need_id), by=actor_of(request))
    return _one(request, project_id, need_id)


# -- what there is ----------------------------------------------------------------------------------------------------


@router.get("/resources/load", response=list[LoadOut])
def load(
    request: HttpRequest, start: date | None = None, weeks: Annotated[int, Field(ge=1, le=12)] = 4
) -> list[LoadOut]:
    """Percent of each working day taken, of the people the caller sees (at most 500)."""
    actor = actor_of(request)
    first = start if start is not None and 2000 <= start.year <= 2100 else clock.today()
    found = queries.load_map(queries.persons_seen(actor)[:500], first, weeks, actor)
    return [
        LoadOut(
            person=PersonRef(id=row.person.pk, name=row.person.name),
            days=[
                LoadDayOut(day=cell.day, percent=cell.percent, capacity=cell.capacity, level=cell.level)
                for cell in row.cells
            ],
        )
        for row in found.rows
    ]


@router.get("/resources/conflicts", response=list[ConflictOut])
def conflicts(request: HttpRequest) -> list[ConflictOut]:
    """The conflicts of the departments the caller sees."""
    actor = actor_of(request)
    money = queries.budgets_seen(actor).values_list("pk", flat=True)
    departments = queries.departments_seen(actor).values_list("pk", flat=True)
    return [_conflict(found) for found in queries.conflicts_in(departments, actor, money=money)]


@router.get("/resources/people", response=list[WorkforceOut])
def people(request: HttpRequest) -> list[WorkforceOut]:
    """People with share, skills and absences (at most 500)."""
    return [_workforce(row) for row in queries.workforce(queries.persons_seen(actor_of(request))[:500])]


@router.put("/resources/people/{person_id}", response=WorkforceOut)
def set_capacity(request: HttpRequest, person_id: int, payload: CapacityIn) -> WorkforceOut:
    """Says how much of the day a person gives and what they can do."""
    actor = actor_of(request)
    person = reach(queries.persons_kept(actor), person_id)
    services.set_capacity(person.pk, payload.version, payload.percent, payload.skills, by=actor)
    return _workforce(queries.workforce([person])[0])


@router.post("/resources/people/{person_id}/absences", response={201: AbsenceOut})
@idempotent
def add_absence(request: HttpRequest, person_id: int, payload: AbsenceIn) -> tuple[int, AbsenceOut]:
    """Writes down an absence."""
    actor = actor_of(request)
    person = reach(queries.persons_kept(actor), person_id)
    row = services.add_absence(person.pk, payload.first, payload.last, reason=payload.reason, by=actor)
    return 201, AbsenceOut(id=row.pk, first=row.first, last=row.last, reason=row.reason)


@router.delete("/resources/absences/{absence_id}", response=DoneOut)
def remove_absence(request: HttpRequest, absence_id: int) -> DoneOut:
    """The person is there after all."""
    services.remove_absence(absence_id, by=actor_of(request))
    return DoneOut()


@router.get("/resources/things", response=list[ThingOut])
def things(request: HttpRequest) -> list[ThingOut]:
    """What departments lend."""
    return [_thing(row) for row in queries.things_seen(actor_of(request))]


@router.post("/resources/things", response={201: ThingOut})
@idempotent
def add_thing(request: HttpRequest, payload: ThingIn) -> tuple[int, ThingOut]:
    """A department has something to lend."""
    return 201, _thing(services.add_thing(payload.model_dump(), by=actor_of(request)))


@router.patch("/resources/things/{thing_id}", response=ThingOut)
def change_thing(request: HttpRequest, thing_id: int, payload: ThingPatch) -> ThingOut:
    """Changes a thing."""
    values = payload.model_dump(exclude_unset=True)
    return _thing(services.change_thing(thing_id, values.pop("version"), values, by=actor_of(request)))


@router.get("/resources/budgets", response=list[BudgetOut])
def budgets(request: HttpRequest) -> list[BudgetOut]:
    """Budgets the caller may look into."""
    return [_budget(row) for row in queries.budget_standings(queries.budgets_seen(actor_of(request)))]


@router.post("/resources/budgets", response={201: BudgetOut})
@idempotent
def add_budget(request: HttpRequest, payload: BudgetIn) -> tuple[int, BudgetOut]:
    """A department may spend so much from an account."""
    row = services.add_budget(payload.model_dump(), by=actor_of(request))
    return 201, _budget(queries.budget_standings([row])[0])


@router.patch("/resources/budgets/{budget_id}", response=BudgetOut)
def change_budget(request: HttpRequest, budget_id: int, payload: BudgetPatch) -> BudgetOut:
    """Changes a budget."""
    values = payload.model_dump(exclude_unset=True)
    row = services.change_budget(budget_id, values.pop("version"), values, by=actor_of(request))
    return _budget(queries.budget_standings([row])[0])


def _request(row: ResourceRequest) -> RequestOut:
    return RequestOut(
        id=row.pk,
        number=row.number,
        state=row.state,
        digest=row.round.digest if row.round else "",
        round_id=row.round.pk if row.round else None,
        sent_by=person_ref(row.sent_by),
        need_ids=[need.pk for need in row.needs.all()],
        content=row.content,
    )


def _request_key(request: HttpRequest, project_id: int, request_id: int) -> int:
    rows = queries.requests_for(actor_of(request)).filter(project=project_of(request, project_id))
    return reach(rows, request_id).pk


def _workforce(row: queries.Workforce) -> WorkforceOut:
    return WorkforceOut(
        person=PersonRef(id=row.person.pk, name=row.person.name),
        version=row.version,
        percent=row.percent,
        skills=row.skills,
        # Why somebody is away is for those who keep it.
        absences=[AbsenceOut(id=entry.pk, first=entry.first, last=entry.last) for entry in row.absences],
    )


def _thing(row: Any) -> ThingOut:
    names = ("version", "department_id", "kind", "name", "count", "is_active")
    return ThingOut(id=row.pk, **{name: getattr(row, name) for name in names})


def _budget(row: queries.BudgetStanding) -> BudgetOut:
    names = ("version", "department_id", "account", "amount", "note", "currency")
    return BudgetOut(
        id=row.budget.pk,
        promised=row.promised,
        approved=row.approved,
        left=row.left,
        **{name: getattr(row.budget, name) for name in names},
    )
