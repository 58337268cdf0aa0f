"""Taking one of the proposals that mend a conflict of resources."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, require
from tongzhou.core.events import record
from tongzhou.projects.queries import projects_for

from .. import queries, resource_policies
from ..models import Booking, Offer, ResourceNeed
from ..queries.proposals import Proposal, Way
from ..resource_states import ASK_AGAIN, Approval, NeedState, OfferState
from ..states import DateConstraint
from .bookings import lock_supply
from .needs import _move as move_need
from .tasks import change_task


@act
def take_proposal(project_id: int, key: str, *, by: Actor) -> Proposal:
    """Does what the proposal says, if it still mends its conflict; ``Conflict`` when things have moved on.

    A shifted task is a step of the plan and can be taken back. Another person or account is the providing
    department's to give: taken by somebody else it is prepared, and the head confirms it.
    """
    project = reach(projects_for(by).select_related("scenario"), project_id, lock=True)
    proposal = queries.proposal_with(project, key, by)
    if proposal is None:
        raise Conflict(_("This proposal no longer fits. Please look at the conflicts again."))
    booking = proposal.booking
    if proposal.way in {Way.SHIFT, Way.LATER} and booking.follows_task:
        task = booking.need.task
        if task is None:
            raise Conflict(_("The task of this need is no longer in the plan"))
        values = {"constraint": DateConstraint.START_NOT_BEFORE, "constraint_on": proposal.first}
        change_task(task.pk, None, values, by=by)
    elif proposal.way == Way.LATER:
        require(resource_policies.can_settle(by, booking.need))
        Booking.objects.filter(pk=booking.pk).update(first=proposal.first, last=proposal.last)
        ResourceNeed.objects.filter(pk=booking.need_id, first__isnull=False).update(
            first=proposal.first, last=proposal.last
        )
    elif resource_policies.can_offer(by, booking.need):
        _exchange(booking, proposal)
    else:
        require(resource_policies.can_settle(by, booking.need))
        _prepare(booking.need, booking, proposal, by)
    record(
        by,
        "planning.conflict.resolved",
        booking.need,
        after={"way": proposal.way.value, "what": proposal.text, "days": proposal.cost_days},
    )
    return proposal


def _exchange(booking: Booking, proposal: Proposal) -> None:
    """Another person, thing or account takes the place of the one that is asked too much of."""
    if proposal.person is not None:
        lock_supply([proposal.person.pk])
        booking.person = proposal.person
    elif proposal.thing is not None:
        lock_supply(thing=proposal.thing.pk)
        booking.thing = proposal.thing
    elif proposal.budget is not None:
        lock_supply(budgets=[proposal.budget.pk])
        booking.budget, booking.is_approved = proposal.budget, False
        ResourceNeed.objects.filter(pk=booking.need_id).exclude(approval=Approval.PENDING).update(
            approval=Approval.NONE, approved_amount=None
        )
    booking.save(update_fields=["person", "thing", "budget", "is_approved"])
    offer = queries.current_offer(booking.need)
    if offer is not None:
        offer.thing, offer.budget = booking.thing, booking.budget
        offer.save(update_fields=["thing", "budget"])
        held = booking.need.bookings.filter(released_at__isnull=True, person__isnull=False)
        offer.persons.set(held.values_list("person_id", flat=True))


def _prepare(need: ResourceNeed, booking: Booking, proposal: Proposal, by: Actor) -> None:
    """The lead proposes; until the head confirms, what was promised stays booked."""
    if need.approval == Approval.PENDING or need.state != NeedState.AGREED:
        raise Conflict(_("The sponsor is deciding on this. Call the request back first."))
    old = queries.current_offer(need)
    if old is None:
        raise Conflict(_("This proposal no longer fits. Please look at the conflicts again."))
    persons = [pk for pk in old.persons.values_list("pk", flat=True) if pk != booking.person_id]
    need.offers.exclude(state=OfferState.ENDED).update(state=OfferState.ENDED)
    offer = Offer.objects.create(
        need=need,
        state=OfferState.PREPARED,
        thing=proposal.thing or old.thing,
        budget=proposal.budget or old.budget,
        quantity=old.quantity,
        share=old.share,
        first=old.first,
        last=old.last,
        amount=old.amount,
        note=proposal.text[:1000],
        is_as_asked=old.is_as_asked,
        made_by_id=by.pk,
        at=clock.now(),
    )
    offer.persons.set([*persons, proposal.person.pk] if proposal.person else persons)
    move_need(need, ASK_AGAIN)
