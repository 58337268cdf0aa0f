"""资源需求: asked of a department, offered, countered, accepted or declined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from tongzhou.core import clock, events
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor, system
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import record
from tongzhou.core.models import AuditEvent
from tongzhou.core.transitions import Transition, move
from tongzhou.core.versions import save_version
from tongzhou.people.models.deputies import Scope
from tongzhou.projects.models import Project
from tongzhou.projects.policies import can_run
from tongzhou.projects.queries import projects_for

from .. import queries, resource_policies
from ..models import Offer, ResourceNeed, Task
from ..resource_states import (
    ACCEPT,
    ASK_AGAIN,
    DECLINE,
    OFFER_AS_ASKED,
    OFFER_OTHERWISE,
    TURN_DOWN,
    WITHDRAW,
    Approval,
    Category,
    NeedState,
    OfferState,
    Priority,
)
from .bookings import book, clashes_of, lock_supply, period_of, release
from .supply import MOST_PIECES, require_money, require_period

FIELDS = {
    "task_id", "category", "name", "person_id", "quantity", "unit", "share", "first", "last", "amount", "account",
    "provider_id", "purpose", "alternative", "priority",
}  # fmt: skip
# Words about a need; changing them asks nothing new of anybody.
SOFT = {"unit", "purpose", "alternative", "priority"}
TEXTS = {"name": 100, "unit": 20, "account": 60, "purpose": 500, "alternative": 300}
MOST_NEEDS = 2_000


@act
def ask_resource(project_id: int, values: Mapping[str, Any], *, by: Actor) -> ResourceNeed:
    """Asks a department for what a task needs."""
    project = _locked(project_id, by)
    task = Task.objects.filter(project=project, pk=values.get("task_id") or 0).select_related("project").first()
    require(resource_policies.can_ask(by, project, task))
    if task is None:
        raise InvalidInput({"task": _("Choose a task of this plan")})
    kept = _checked(project, values)
    numbers = ResourceNeed.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    if numbers >= MOST_NEEDS:
        raise InvalidInput({"__all__": _("A plan holds at most %(count)s resource needs") % {"count": MOST_NEEDS}})
    need = ResourceNeed.objects.create(
        project=project,
        number=numbers + 1,
        # Who runs the project asks for the initiating department; a department asks for itself.
        department_id=project.initiator_id if can_run(by, project) else task.department_id or project.initiator_id,
        requester_id=by.pk,
        asked_at=clock.now(),
        **kept,
    )
    record(by, "planning.need.asked", need, after=_told(kept))
    return need


@act
def change_need(need_id: int, version: int | None, values: Mapping[str, Any], *, by: Actor) -> ResourceNeed:
    """Changes what is asked; anything but words makes the department answer anew."""
    need = _reach_locked(need_id, by)
    require(resource_policies.can_change_need(by, need))
    _require_not_with_sponsor(need)
    kept = _checked(need.project, values, need)
    changed = {key: value for key, value in kept.items() if getattr(need, key) != value}
    if not changed:
        return need
    if need.state == NeedState.WITHDRAWN:
        raise Conflict(_("This need was withdrawn; ask again first"))
    before = save_version(need, version, changed)
    if set(changed) - SOFT:
        _begin_again(need)
    record(by, "planning.need.changed", need, before=_told(before), after=_told(changed))
    return need


@act
def withdraw_need(need_id: int, *, by: Actor, reason: str = "") -> ResourceNeed:
    """No longer asked; what was booked for it is free again."""
    need = _reach_locked(need_id, by)
    require(resource_policies.can_change_need(by, need))
    _require_not_with_sponsor(need)
    return _withdrawn(need, reason, by)


@act
def ask_again(need_id: int, *, by: Actor) -> ResourceNeed:
    """A need that was declined, withdrawn or cut is asked once more."""
    need = _reach_locked(need_id, by)
    require(resource_policies.can_change_need(by, need))
    _require_not_with_sponsor(need)
    if need.task is None:
        raise Conflict(_("The task of this need is no longer in the plan"))
    _move(need, ASK_AGAIN)
    _begin_again(need)
    record(by, "planning.need.asked_again", need)
    return need


@act
def offer_resource(
    need_id: int,
    values: Mapping[str, Any],
    *,
    by: Actor,
    person_ids: Sequence[int] = (),
    knowingly: bool = False,
) -> Offer:
    """The providing department says what it gives: exactly what was asked (booked at once), or something else.

    By its contact person it is only prepared, for the head to confirm. A promise that collides with another is refused
    on ``__all__`` unless it is made ``knowingly``; then it is listed as a conflict.
    """
    need = _reach_locked(need_id, by)
    require(resource_policies.can_prepare(by, need))
    _require_not_with_sponsor(need)
    decides = resource_policies.can_offer(by, need)
    if need.state != NeedState.ASKED and not (decides and need.state == NeedState.COUNTERED):
        raise Conflict(_("This need does not wait for an answer"))
    offer, persons = _drawn_up(need, values, person_ids, by)
    lock_supply((person.pk for person in persons), offer.thing_id, [offer.budget_id] if offer.budget_id else ())
    clashes = clashes_of(need, offer, persons)
    if clashes and not knowingly:
        raise InvalidInput({"__all__": [*clashes, _("Tick “promise all the same” to list it as a conflict")]})
    offer.knowingly = bool(clashes)
    need.offers.exclude(state=OfferState.ENDED).update(state=OfferState.ENDED)
    offer.state = OfferState.PREPARED
    if decides:
        offer.state = OfferState.ACCEPTED if offer.is_as_asked else OfferState.MADE
    offer.save(force_insert=True)
    offer.persons.set(persons)
    facts = {"as_asked": offer.is_as_asked, "persons": [person.name for person in persons], "note": offer.note}
    if not decides:
        record(by, "planning.need.answer_prepared", need, after=facts)
        return offer
    _move(need, OFFER_AS_ASKED if offer.is_as_asked else OFFER_OTHERWISE)
    if offer.is_as_asked:
        book(need, offer)
    else:
        release(need)
    name = "planning.need.offered" if offer.is_as_asked else "planning.need.countered"
    record(by, name, need, after=facts, on_behalf_of=offer.on_behalf_of)
    return offer


@act
def confirm_offer(need_id: int, *, by: Actor, knowingly: bool = False) -> Offer:
    """The head confirms what the contact person has prepared."""
    need = _reach_locked(need_id, by)
    require(resource_policies.can_offer(by, need))
    offer = queries.current_offer(need)
    if offer is None or offer.state != OfferState.PREPARED:
        raise Conflict(_("Nothing is prepared to be confirmed"))
    values = {
        "thing_id": offer.thing_id,
        "budget_id": offer.budget_id,
        "quantity": offer.quantity,
        "share": offer.share,
        "first": offer.first,
        "last": offer.last,
        "amount": offer.amount,
        "note": offer.note,
    }
    people = list(offer.persons.values_list("pk", flat=True))
    return offer_resource(need_id, values, person_ids=people, knowingly=knowingly or offer.knowingly, by=by)


@act
def decline_need(need_id: int, reason: str, *, by: Actor) -> ResourceNeed:
    """The department cannot give it, and says why."""
    need = _reach_locked(need_id, by)
    require(resource_policies.can_offer(by, need))
    reason = _reason(reason, required=True)
    _move(need, DECLINE)
    release(need)
    need.offers.exclude(state=OfferState.ENDED).update(state=OfferState.ENDED)
    need.reason = reason
    need.save(update_fields=["reason"])
    stand_in = _on_behalf_of(need, by)
    record(by, "planning.need.declined", need, after={"reason": reason}, on_behalf_of=stand_in)
    return need


@act
def accept_offer(need_id: int, *, by: Actor) -> ResourceNeed:
    """The lead takes the counter-offer: it is booked, and the need now says what was offered."""
    need = _reach_locked(need_id, by)
    require(resource_policies.can_settle(by, need))
    offer = queries.current_offer(need)
    if offer is None or need.state != NeedState.COUNTERED or offer.state != OfferState.MADE:
        raise Conflict(_("No counter-offer waits to be accepted"))
    persons = list(offer.persons.all())
    lock_supply((person.pk for person in persons), offer.thing_id, [offer.budget_id] if offer.budget_id else ())
    if not offer.knowingly and (clashes := clashes_of(need, offer, persons)):
        raise Conflict("; ".join(clashes))
    taken: dict[str, Any] = {"quantity": offer.quantity, "share": offer.share, "amount": offer.amount}
    if offer.first is not None:
        taken |= {"first": offer.first, "last": offer.last}
    before = save_version(need, None, taken)
    _move(need, ACCEPT)
    offer.state = OfferState.ACCEPTED
    offer.save(update_fields=["state"])
    book(need, offer)
    record(by, "planning.need.accepted", need, before=_told(before), after=_told(taken))
    return need


@act
def turn_down_offer(need_id: int, reason: str, *, by: Actor) -> ResourceNeed:
    """The lead cannot work with the counter-offer: the department is asked again, and reads why."""
    need = _reach_locked(need_id, by)
    require(resource_policies.can_settle(by, need))
    reason = _reason(reason, required=True)
    _move(need, TURN_DOWN)
    need.offers.filter(state=OfferState.MADE).update(state=OfferState.REFUSED)
    need.reason = reason
    need.save(update_fields=["reason"])
    record(by, "planning.need.turned_down", need, after={"reason": reason})
    return need


@events.on("planning.task.removed")
def task_removed(event: AuditEvent) -> None:
    """A task that is taken out of the plan needs nothing any more; the sponsor's list that names it is called back."""
    rows = ResourceNeed.objects.filter(task=event.subject_id).exclude(state=NeedState.WITHDRAWN)
    for need in rows:
        if need.approval == Approval.PENDING:
            # The list is frozen: the sponsor still sees the row, and it comes to nothing.
            need.approval = Approval.NONE
            need.save(update_fields=["approval"])
        _withdrawn(need, _("The task was taken out of the plan"), system("planning"))


def checked_need(project: Project, values: Mapping[str, Any], need: ResourceNeed | None = None) -> dict[str, Any]:
    """What would be written of these values; ``InvalidInput`` at the field that makes no sense. Writes nothing."""
    return _checked(project, values, need)


def _withdrawn(need: ResourceNeed, reason: str, by: Actor) -> ResourceNeed:
    reason = _reason(reason)
    _move(need, WITHDRAW)
    release(need)
    need.offers.exclude(state=OfferState.ENDED).update(state=OfferState.ENDED)
    need.reason = reason
    need.save(update_fields=["reason"])
    record(by, "planning.need.withdrawn", need, after={"reason": reason})
    return need


def _begin_again(need: ResourceNeed) -> None:
    """What was answered and approved was about something else."""
    release(need)
    need.offers.exclude(state=OfferState.ENDED).update(state=OfferState.ENDED)
    need.state, need.approval, need.reason = NeedState.ASKED, Approval.NONE, ""
    need.approved_quantity = need.approved_amount = None
    need.approval_reason = ""
    need.asked_at = clock.now()
    need.save(
        update_fields=[
            "state", "approval", "reason", "approved_quantity", "approved_amount", "approval_reason", "asked_at",
        ]
    )  # fmt: skip


def _move(need: ResourceNeed, transition: Transition) -> None:
    move(need, transition)
    # Who had the page open before this writes on something that has moved on.
    save_version(need, None, {})


def _locked(project_id: int, by: Actor) -> Project:
    return reach(projects_for(by).select_related("scenario"), project_id, lock=True)


def _reach_locked(need_id: int, by: Actor) -> ResourceNeed:
    need = reach(queries.needs_for(by), need_id)
    _locked(need.project_id, by)
    # Read again: somebody else may have been waited for.
    return reach(queries.needs_for(by), need_id)


def _require_not_with_sponsor(need: ResourceNeed) -> None:
    if need.approval == Approval.PENDING:
        raise Conflict(_("The sponsor is deciding on this. Call the request back first."))


def _reason(text: str, *, required: bool = False) -> str:
    text = text.strip()
    if required and not text:
        raise InvalidInput({"reason": _("Please give the reason")})
    if len(text) > 1000:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": 1000}})
    return text


def _on_behalf_of(need: ResourceNeed, by: Actor) -> str:
    if by.heads(need.provider_id):
        return ""
    stand_in = by.stand_in_for(need.provider_id, Scope.RESOURCES)
    return stand_in.head_name if stand_in else ""


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "")}


def _checked(project: Project, values: Mapping[str, Any], need: ResourceNeed | None = None) -> dict[str, Any]:
    kept = {key: value for key, value in values.items() if key in FIELDS}

    def now(key: str, usual: Any = None) -> Any:
        return kept[key] if key in kept else getattr(need, key, usual)

    problems: dict[str, Any] = {}
    for key, longest in TEXTS.items():
        if key in kept:
            kept[key] = str(kept[key] or "").strip()
            if len(kept[key]) > longest:
                problems[key] = _("At most %(count)s characters") % {"count": longest}
    category = now("category")
    if category not in Category.values:
        problems["category"] = _("Choose one of the kinds of resource")
    if now("priority", Priority.MEDIUM) not in Priority.values:
        problems["priority"] = _("Choose one of the priorities")
    for key, words in (
        ("name", _("Say which skill, thing or purpose")),
        ("purpose", _("Say what it is needed for")),
    ):
        if not now(key):
            problems[key] = words
    problems |= _bad_figures(kept, now)
    if "task_id" in kept and not Task.objects.filter(project=project, pk=kept["task_id"] or 0).exists():
        problems["task"] = _("Choose a task of this plan")
    provider = now("provider_id")
    if not project.parties.filter(department_id=provider or 0, left_at__isnull=True).exists():
        problems["provider"] = _("Choose a department that takes part in the project")
    person = now("person_id")
    if person is not None and category != Category.PEOPLE:
        kept["person_id"] = None
    elif person is not None and not queries.people_to_offer(provider or 0).filter(pk=person).exists():
        problems["person"] = _("Choose a person of the providing department")
    elif person is not None and now("quantity", 1) != 1:
        problems["quantity"] = _("A named person is one person")
    if problems:
        raise InvalidInput(problems)
    if category == Category.MONEY:
        require_money(now("amount"), above_zero=True)
        kept |= {"quantity": 1}
    else:
        kept |= {"amount": None, "account": ""}
    if now("first") is not None or now("last") is not None:
        require_period(now("first"), now("last"))
    return kept


def _bad_figures(kept: Mapping[str, Any], now: Any) -> dict[str, Any]:
    problems: dict[str, Any] = {}
    quantity, share = now("quantity", 1), now("share", 100)
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= MOST_PIECES:
        problems["quantity"] = _("Give a whole number between 1 and %(most)s") % {"most": MOST_PIECES}
    if isinstance(share, bool) or not isinstance(share, int) or not 1 <= share <= 100:
        problems["share"] = _("Give a share between 1 and 100 %")
    return problems


def _drawn_up(
    need: ResourceNeed, values: Mapping[str, Any], person_ids: Sequence[int], by: Actor
) -> tuple[Offer, list[Any]]:
    """An offer from what was typed, and whether it is exactly what was asked."""
    note = _reason(str(values.get("note") or ""))
    offer = Offer(need=need, made_by_id=by.pk, at=clock.now(), note=note, on_behalf_of=_on_behalf_of(need, by))
    first, last = values.get("first"), values.get("last")
    if first is not None or last is not None:
        require_period(first, last)
        if (first, last) != need.period:
            offer.first, offer.last = first, last
    persons: list[Any] = []
    same = offer.first is None
    if need.is_people:
        persons = list(queries.people_to_offer(need.provider_id).filter(pk__in=list(person_ids)))
        if not persons or len(persons) != len(set(person_ids)):
            raise InvalidInput({"persons": _("Name the people of your department")})
        if len(persons) > need.quantity:
            raise InvalidInput({"persons": _("More people than were asked for")})
        offer.quantity = len(persons)
        offer.share = values.get("share") or need.share
        if not 1 <= offer.share <= 100:
            raise InvalidInput({"share": _("Give a share between 1 and 100 %")})
        wanted = need.person_id is None or persons[0].pk == need.person_id
        same = same and offer.quantity == need.quantity and offer.share == need.share and wanted
    elif need.is_money:
        offer.budget = queries.budgets_to_offer(need).filter(pk=values.get("budget_id") or 0).first()
        if offer.budget is None:
            raise InvalidInput({"budget": _("Choose an account of your department")})
        amount = values.get("amount")
        offer.amount = need.amount if amount is None else amount
        require_money(offer.amount, above_zero=True)
        if offer.amount is not None and offer.amount > (need.amount or Decimal(0)):
            raise InvalidInput({"amount": _("More than was asked for")})
        same = same and offer.amount == need.amount
    else:
        offer.thing = queries.things_to_offer(need).filter(pk=values.get("thing_id") or 0).first()
        if offer.thing is None:
            raise InvalidInput({"thing": _("Choose one of the things your department lends")})
        offer.quantity = values.get("quantity") or need.quantity
        if not 1 <= offer.quantity <= min(need.quantity, offer.thing.count):
            raise InvalidInput({"quantity": _("Give at most what was asked for and what there is")})
        same = same and offer.quantity == need.quantity
    if not need.is_money:
        period_of(need, offer)
    offer.is_as_asked = same
    return offer, persons
