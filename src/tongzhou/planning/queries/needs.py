"""资源需求: what a project asks, who offers what, and what stands in the consolidated request."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tongzhou.core.actor import Actor
from tongzhou.core.models import AuditEvent
from tongzhou.people.models import Department, Person
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

from ..models import Booking, Budget, Offer, ResourceNeed, ResourceRequest, Skill, Thing
from ..resource_states import Approval, NeedState, OfferState, RequestState
from .bookings import in_force, rooms_of_persons

KIND = "resource_request"
NONE_NEEDED = "planning.resources.none_needed"


def needs_for(actor: Actor) -> QuerySet[ResourceNeed]:
    """Needs of projects the actor may see, with what a row shows."""
    return ResourceNeed.objects.filter(project__in=projects_for(actor)).select_related(
        "project__scenario", "task", "department", "provider", "person", "requester"
    )


def needs_of(project: Project, actor: Actor) -> QuerySet[ResourceNeed]:
    """The needs of a project with their offers and bookings; a fixed number of queries."""
    offers = Offer.objects.exclude(state=OfferState.ENDED).select_related("thing", "budget", "made_by")
    held = Booking.objects.filter(released_at__isnull=True).select_related("person", "thing", "budget__department")
    return (
        needs_for(actor)
        .filter(project=project)
        .prefetch_related(
            Prefetch("offers", offers.prefetch_related("persons"), to_attr="offers_shown"),
            Prefetch("bookings", held, to_attr="held"),
        )
    )


def none_needed(project: Project) -> AuditEvent | None:
    """The lead's statement that the tasks need nothing beyond what the departments have at hand, while it holds.

    It ends with the first need that is asked after it, also when that one is withdrawn again.
    """
    names = (NONE_NEEDED, "planning.need.asked", "planning.need.asked_again")
    last = AuditEvent.objects.filter(project_id=project.pk, name__in=names).order_by("-seq").first()
    return last if last is not None and last.name == NONE_NEEDED else None


def current_offer(need: ResourceNeed) -> Offer | None:
    """The offer that counts now: prepared, made or accepted."""
    return need.offers.filter(state__in=(OfferState.PREPARED, OfferState.MADE, OfferState.ACCEPTED)).first()


def people_to_offer(department_id: int, skill: str = "") -> QuerySet[Person]:
    """Whom a department may lend: its own people, those with the skill that is asked for first."""
    fits = Exists(Skill.objects.filter(person=OuterRef("pk"), name=skill))
    own = Department.objects.filter(pk=department_id).values("memberships__person")
    return Person.objects.filter(is_active=True, pk__in=own).annotate(fits=fits).order_by("-fits", "name", "pk")


def things_to_offer(need: ResourceNeed) -> QuerySet[Thing]:
    """What of its things the providing department may lend for this kind of need."""
    return Thing.objects.filter(department=need.provider_id, kind=need.category, is_active=True)


def budgets_to_offer(need: ResourceNeed) -> QuerySet[Budget]:
    """The accounts of the providing department."""
    return Budget.objects.filter(department=need.provider_id)


def needs_to_answer(actor: Actor) -> QuerySet[ResourceNeed]:
    """Needs that wait for an answer of departments the actor speaks for, or (not prepared yet) is the contact of."""
    speaks = actor.headed_ids | {entry.department_id for entry in actor.stand_ins if entry.covers(Scope.RESOURCES)}
    contact = Q(provider__parties__contact_id=actor.pk, provider__parties__left_at__isnull=True)
    own_project = Q(provider__parties__project=F("project"))
    prepared = Offer.objects.filter(state=OfferState.PREPARED).values("need")
    mine = Q(provider__in=speaks) | (contact & own_project & ~Q(pk__in=prepared))
    keys = ResourceNeed.objects.filter(mine, state=NeedState.ASKED).values("pk")
    return needs_for(actor).filter(pk__in=keys)


def countered_needs(actor: Actor) -> QuerySet[ResourceNeed]:
    """Counter-offers that wait for the actor as project lead."""
    return needs_for(actor).filter(state=NeedState.COUNTERED, project__lead_id=actor.pk)


def needs_to_send(project: Project) -> QuerySet[ResourceNeed]:
    """Promised needs that no sponsor has been asked about yet."""
    return (
        ResourceNeed.objects.filter(project=project, state=NeedState.AGREED, approval=Approval.NONE)
        .select_related("task", "department", "provider", "person", "project")
        .order_by("number")
    )


def requests_for(actor: Actor) -> QuerySet[ResourceRequest]:
    """Consolidated requests of projects the actor may see."""
    return ResourceRequest.objects.filter(project__in=projects_for(actor)).select_related(
        "project__scenario", "project__sponsor", "round", "sent_by"
    )


def open_request(project: Project) -> ResourceRequest | None:
    """The request that waits for the sponsor."""
    return ResourceRequest.objects.filter(project=project, state=RequestState.OPEN).select_related("round").first()


def latest_request(project: Project) -> ResourceRequest | None:
    """The newest that was not called back."""
    return (
        ResourceRequest.objects.filter(project=project)
        .exclude(state=RequestState.CANCELLED)
        .select_related("round", "sent_by", "project")
        .first()
    )


def may_see_request(subject_id: int, *, by: Actor) -> bool:
    """Who sees the project sees what was asked of the sponsor."""
    return requests_for(by).filter(pk=subject_id).exists()


def money_asked(needs: Iterable[ResourceNeed]) -> Decimal:
    """The sum of the amounts."""
    return sum((need.amount or Decimal(0) for need in needs), Decimal(0))


def approved_sum(budget_id: int) -> Decimal:
    """What of a budget sponsors have approved in all projects."""
    rows = in_force().filter(budget=budget_id, is_approved=True)
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def who_is_free(need: ResourceNeed) -> dict[int, str]:
    """Person of the providing department → their skills, and free or taken in the days of the need."""
    people = list(people_to_offer(need.provider_id).values_list("pk", flat=True))
    first, last = need.period
    if first is None or last is None:
        return {}
    skills: dict[int, list[str]] = {}
    for key, name in Skill.objects.filter(person__in=people).values_list("person_id", "name"):
        skills.setdefault(key, []).append(name)
    rooms = rooms_of_persons(people, without_needs=[need.pk])
    found = {}
    for key in people:
        day = rooms[key].first_full_day(first, last, need.share)
        free = _("free") if day is None else _("taken from %(day)s") % {"day": day.isoformat()}
        found[key] = " · ".join([*skills.get(key, []), free])
    return found
