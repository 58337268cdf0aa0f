"""跨部门依赖: what departments promise each other in a plan, and where each promise stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, When
from django.utils.translation import gettext as _

from tongzhou.calendars.queries import company_calendar
from tongzhou.core.actor import Actor
from tongzhou.projects.models import Party, Project
from tongzhou.projects.queries import projects_for

from ..models import Link, Promise, PromiseWord
from ..states import LinkKind
from ..work_states import PromiseState, Side

FILTERS = ("", "mine", "waiting", "slipping", "objected", "confirmed")


def promises_for(actor: Actor) -> QuerySet[Promise]:
    """Promises of the plans the actor may see."""
    return Promise.objects.filter(project__in=projects_for(actor)).select_related(
        "project__scenario", "provider", "receiver", "predecessor", "successor__owner"
    )


def promises_of(project: Project) -> QuerySet[Promise]:
    """What departments promise each other in a plan, with what each side has said: what wants an answer first, then
    soonest first."""
    words = PromiseWord.objects.select_related("by").order_by("-pk")
    return (
        Promise.objects.filter(project=project)
        .exclude(state=PromiseState.ENDED)
        .select_related("project__scenario", "provider", "receiver", "predecessor", "successor__owner")
        .prefetch_related(Prefetch("words", words))
        .annotate(is_settled=Case(When(state=PromiseState.CONFIRMED, then=1), default=0, output_field=IntegerField()))
        .order_by("is_settled", F("due").asc(nulls_last=True), "pk")
    )


def filtered_promises(rows: QuerySet[Promise], wanted: str, departments: set[int]) -> QuerySet[Promise]:
    """Narrowed to what a person wants to see; ``mine`` are those in which one of the departments takes part."""
    match wanted:
        case "mine":
            return rows.filter(Q(provider__in=departments) | Q(receiver__in=departments))
        case "slipping":
            return rows.filter(due__gt=F("promised_due"))
        case "waiting" | "objected" | "confirmed":
            return rows.filter(state=wanted)
    return rows


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """How many promises of a plan stand where."""

    all: int
    waiting: int
    confirmed: int
    objected: int
    slipping: int


def promise_counts(project: Project) -> PromiseCounts:
    """Counted in two small queries."""
    states = list(
        Promise.objects.filter(project=project)
        .exclude(state=PromiseState.ENDED)
        .values_list("state", "due", "promised_due")
    )
    late = sum(1 for _state, due, promised in states if due and promised and due > promised)
    by = {state: sum(1 for row in states if row[0] == state) for state in PromiseState.values}
    return PromiseCounts(len(states), by["waiting"], by["confirmed"], by["objected"], late)


@dataclass(frozen=True, slots=True)
class SideStanding:
    """What one side has said: ``state`` confirmed, objected, outdated (of other terms or an earlier date) or waiting."""

    side: str
    state: str
    word: PromiseWord | None


def sides_told(promise: Promise) -> list[SideStanding]:
    """Both sides, from the words that were fetched along."""
    found = []
    for side in Side:
        word = next((row for row in promise.words.all() if row.side == side), None)
        if word is None:
            state = "waiting"
        elif promise.covered_by(side):
            state = "confirmed"
        elif not word.agrees and (word.digest, word.due) == (promise.objected_digest, promise.objected_due):
            state = "objected" if promise.state == PromiseState.OBJECTED else "outdated"
        else:
            state = "outdated"
        found.append(SideStanding(side.value, state, word))
    return found


def late_by(promises: Iterable[Promise]) -> dict[int, int]:
    """Promise → working days by which the plan is later than what both had confirmed; 0 where it holds."""
    calendar = company_calendar()
    return {
        row.pk: calendar.count_workdays(row.promised_due, row.due)
        if row.is_slipping and row.promised_due is not None and row.due is not None
        else 0
        for row in promises
    }


def promise_text(promise: Promise) -> str:
    """“B needs X from A by D, accepted when …”, in the reader's language."""
    facts = {
        "task": promise.successor.title,
        "department": promise.provider.name,
        "item": promise.item,
        "due": promise.due.isoformat() if promise.due else _("(no date yet)"),
        "criterion": promise.criterion,
    }
    begun = promise.kind in {LinkKind.START_START, LinkKind.START_FINISH}
    if begun:
        text = _("“%(task)s” needs %(department)s to have begun “%(item)s” by %(due)s") % facts
    else:
        text = _("“%(task)s” needs %(item)s from %(department)s by %(due)s") % facts
    if promise.criterion:
        text += _("; accepted when: %(criterion)s") % facts
    return text


def promises_to_confirm(actor: Actor) -> QuerySet[Promise]:
    """Promises that wait for a word of a department the actor answers for as contact person, or heads without a contact."""
    return Promise.objects.filter(state=PromiseState.WAITING, due__isnull=False).filter(
        (_speaks(actor, "provider") & _silent("provider")) | (_speaks(actor, "receiver") & _silent("receiver"))
    )


def _speaks(actor: Actor, side: str) -> Q:
    parties = Party.objects.filter(project=OuterRef("project"), department=OuterRef(side), left_at__isnull=True)
    contact = Q(Exists(parties.filter(contact_id=actor.pk)))
    headless = ~Exists(parties.filter(contact__isnull=False))
    return contact | (Q(**{f"{side}_id__in": actor.headed_ids}) & Q(headless))


def _silent(side: str) -> Q:
    """What this side has confirmed is not what the plan says now."""
    same = Q(**{f"{side}_digest": F("digest"), f"{side}_due__gte": F("due")})
    return ~same | Q(**{f"{side}_due__isnull": True})


def promise_marks(project: Project) -> dict[str, str]:
    """Key of a link → where its promise stands, for the marks of the chart."""
    rows = Promise.objects.filter(project=project).exclude(state=PromiseState.ENDED)
    states = {
        (before, after): "slipping" if due and promised and due > promised else state
        for before, after, state, due, promised in rows.values_list(
            "predecessor_id", "successor_id", "state", "due", "promised_due"
        )
    }
    links = Link.objects.filter(project=project).values_list("pk", "predecessor_id", "successor_id")
    return {str(pk): states[before, after] for pk, before, after in links if (before, after) in states}


def promises_by_pair(project: Project, task_ids: Iterable[int]) -> dict[tuple[int, int], Promise]:
    """(predecessor, successor) → promise, for the links of a task."""
    keys = set(task_ids)
    rows = Promise.objects.filter(project=project).exclude(state=PromiseState.ENDED)
    rows = rows.filter(Q(predecessor__in=keys) | Q(successor__in=keys))
    return {(row.predecessor_id, row.successor_id): row for row in rows}
