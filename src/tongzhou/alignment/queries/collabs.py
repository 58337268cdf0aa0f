"""Reads about requests and what is asked of departments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tongzhou.calendars.queries import undeclared_years
from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people.models import Department, Membership, Person
from tongzhou.people.models.deputies import Scope
from tongzhou.people.queries.actors import delegations_on, headships_on
from tongzhou.projects.models import Party, Project, Scenario
from tongzhou.projects.queries import projects_for

from ..models import Ask, CollabRequest, Milestone, Reply
from ..states import AskState, CollabState


def collabs_for(actor: Actor) -> QuerySet[CollabRequest]:
    """Requests of the projects the actor may see."""
    return CollabRequest.objects.filter(project__in=projects_for(actor)).select_related(
        "project", "project__initiator", "project__lead", "project__sponsor", "project__scenario", "requester"
    )


def listed_collabs(actor: Actor) -> QuerySet[CollabRequest]:
    """Requests with the number of departments asked and agreed, newest first."""
    asked = Ask.objects.exclude(state=AskState.WITHDRAWN)
    accepted = Ask.objects.filter(state=AskState.ACCEPTED)
    rows = collabs_for(actor).annotate(asked_count=_number_of(asked), accepted_count=_number_of(accepted))
    return rows.order_by("-created_at", "-pk")


def _number_of(asks: QuerySet[Ask]) -> Coalesce:
    """Counted for the requests shown; a join would group all there are, with every text, before the first is shown."""
    counted = asks.filter(collab=OuterRef("pk")).order_by().values("collab").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def own_collabs(actor: Actor) -> QuerySet[CollabRequest]:
    """Requests the actor files or leads, or that the actor's departments initiate."""
    return listed_collabs(actor).filter(
        Q(requester_id=actor.pk)
        | Q(project__lead_id=actor.pk)
        | Q(project__initiator_id__in=actor.department_ids | actor.headed_ids)
    )


def received_collabs(actor: Actor) -> QuerySet[CollabRequest]:
    """Requests in which something is asked of the actor's departments, or of one the actor stands in for."""
    departments = actor.department_ids | actor.headed_ids | {stand_in.department_id for stand_in in actor.stand_ins}
    mine = Ask.objects.filter(collab=OuterRef("pk"), department_id__in=departments)
    return listed_collabs(actor).exclude(state=CollabState.DRAFT).filter(Exists(mine))


def asks_for(actor: Actor) -> QuerySet[Ask]:
    """What was asked of departments (not what is still a draft) in projects the actor may see."""
    return (
        Ask.objects.filter(collab__project__in=projects_for(actor))
        .exclude(collab__state=CollabState.DRAFT)
        .select_related(
            "collab__project__initiator",
            "collab__project__lead",
            "collab__project__scenario",
            "collab__requester",
            "department",
            "contact_person",
        )
    )


def asks_of(collab: CollabRequest) -> list[Ask]:
    """Everything asked in a request with the whole talk, departments no longer asked last."""
    replies = Prefetch("replies", Reply.objects.select_related("person"))
    asks = list(collab.asks.select_related("department", "contact_person").prefetch_related(replies))
    for ask in asks:
        ask.collab = collab
    if collab.state != CollabState.DRAFT:
        with_present_contacts(asks, collab.project_id)
    return sorted(asks, key=lambda ask: ask.state == AskState.WITHDRAWN)


def with_present_contacts(asks: Iterable[Ask], project_id: int) -> None:
    """Once a request is sent out the head may name another contact person; who it is now stands with the project."""
    parties = Party.objects.filter(project_id=project_id, left_at__isnull=True).select_related("contact")
    present = {party.department_id: party for party in parties}
    for ask in asks:
        if ask.department_id in present:
            ask.contact_person = present[ask.department_id].contact


def talk_of(ask: Ask) -> list[Reply]:
    """The talk over an ask, oldest first."""
    return list(ask.replies.select_related("person"))


def last_reply(replies: Iterable[Reply]) -> Reply | None:
    """What the department said last, prepared replies left aside."""
    given = [reply for reply in replies if not reply.is_initiator and not reply.is_prepared]
    return given[-1] if given else None


def prepared_reply(replies: Iterable[Reply]) -> Reply | None:
    """What the contact person has prepared since the last real step of the talk."""
    latest = None
    for reply in replies:
        latest = reply if reply.is_prepared else None
    return latest


def agreed_condition(ask: Ask, replies: Iterable[Reply]) -> str:
    """The condition under which the department accepted and which the initiator took, if it stands."""
    steps = [reply for reply in replies if not reply.is_prepared]
    if ask.state != AskState.ACCEPTED or len(steps) < 2 or steps[-1].move != "take":
        return ""
    return steps[-2].note if steps[-2].move == "accept_if" else ""


def milestones_of(collab: CollabRequest) -> QuerySet[Milestone]:
    """关键时间节点."""
    return collab.milestones.select_related("department")


def collab_of(project: Project) -> CollabRequest | None:
    """The project's request, if it has one."""
    return CollabRequest.objects.filter(project=project).select_related("requester").first()


def unaccepted_asks(project: Project) -> list[Ask]:
    """Departments asked that have not accepted (yet, or no longer)."""
    settled = [AskState.ACCEPTED, AskState.WITHDRAWN]
    return list(Ask.objects.filter(collab__project=project).exclude(state__in=settled).select_related("department"))


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who may answer for a department today, and who prepares it."""

    head_id: int | None
    head_name: str
    deputies: tuple[tuple[int, str], ...]

    @property
    def ids(self) -> set[int]:
        """The head and the deputies for replies."""
        return {pk for pk in (self.head_id, *(pk for pk, _name in self.deputies)) if pk is not None}


def speakers_of(department_ids: Iterable[int]) -> dict[int, Speakers]:
    """Per department: its head today and the deputies who may reply for the head."""
    wanted = set(department_ids)
    today = clock.today()
    heads = {
        row.department_id: row.person
        for row in headships_on(today).filter(department_id__in=wanted).select_related("person")
    }
    deputies: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in delegations_on(today).filter(department_id__in=wanted).select_related("deputy"):
        if not row.scopes or Scope.REPLY.value in row.scopes:
            deputies[row.department_id].append((row.deputy_id, row.deputy.name))
    return {
        pk: Speakers(
            heads[pk].pk if pk in heads else None, heads[pk].name if pk in heads else "", tuple(deputies.get(pk, ()))
        )
        for pk in wanted
    }


@dataclass(frozen=True, slots=True)
class Named:
    """A person as the request form names one: the name, with the login name where two share it."""

    pk: int
    name: str
    username: str
    label: str
    department_ids: frozenset[int]
    is_executive: bool

    @property
    def full(self) -> str:
        """Name and login name, as the picker writes them."""
        return f"{self.name} ({self.username})"


def people_meant(keys: set[int], texts: set[str]) -> list[Named]:
    """The few people a form names, by key or by what was typed, with everybody who shares a name with one of them."""
    logins = {text.rpartition("(")[2].rstrip(") ") for text in texts}
    meant = Person.objects.filter(Q(pk__in=keys) | Q(name__in=texts) | Q(username__in=logins | texts))
    return person_directory(Person.objects.filter(name__in=list(meant.values_list("name", flat=True)[:400])))


def person_directory(people: QuerySet[Person] | None = None) -> list[Named]:
    """Everybody who works here (of these people), for finding whom a table or a form names; two queries."""
    departments: dict[int, set[int]] = defaultdict(set)
    memberships = Membership.objects.all() if people is None else Membership.objects.filter(person__in=people)
    for person_id, department_id in memberships.values_list("person_id", "department_id"):
        departments[person_id].add(department_id)
    rows = list(
        (Person.objects.all() if people is None else people)
        .filter(is_active=True)
        .order_by("name", "pk")
        .values_list("pk", "name", "username", "is_executive")
    )
    shared: dict[str, int] = defaultdict(int)
    for _pk, name, _username, _executive in rows:
        shared[name] += 1
    return [
        Named(
            pk,
            name,
            username,
            f"{name} ({username})" if shared[name] > 1 else name,
            frozenset(departments[pk]),
            executive,
        )
        for pk, name, username, executive in rows
    ]


def scenarios_to_choose() -> list[Scenario]:
    """Scenarios a request can begin from."""
    return list(Scenario.objects.filter(is_active=True))


def askable_departments() -> list[Department]:
    """Departments that can be asked: those that are not closed."""
    return list(Department.objects.filter(is_active=True).order_by("position", "pk"))


def days_named(collab: CollabRequest) -> list[date]:
    """Every date the request names."""
    project = collab.project
    days = [project.starts_on, project.ends_on]
    days += list(collab.asks.values_list("due", flat=True))
    days += list(collab.milestones.values_list("date", flat=True))
    days += list(project.objectives.values_list("due", flat=True))
    return [day for day in days if day is not None]


def unknown_years(days: Iterable[date]) -> list[int]:
    """Years among the days whose holidays and make-up workdays (调休) nobody has told the system yet."""
    given = sorted(days)
    if not given:
        return []
    years = {day.year for day in given}
    return [year for year in undeclared_years(given[0], given[-1]) if year in years]
