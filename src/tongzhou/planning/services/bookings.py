"""Booking what was promised, moving bookings with their tasks, letting go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.errors import InvalidInput
from tongzhou.core.many import write_columns
from tongzhou.people.models import Person

from .. import queries
from ..models import Booking, Budget, Offer, ResourceNeed, Thing
from ..queries.plan_rows import PlanRow


def book(need: ResourceNeed, offer: Offer) -> list[Booking]:
    """Takes what the offer names, for the need; what was booked for it before is let go."""
    release(need)
    first, last = period_of(need, offer)
    facts = {"need": need, "project_id": need.project_id, "follows_task": offer.first is None and need.first is None}
    made = []
    if offer.budget_id is not None:
        made = [Booking(budget_id=offer.budget_id, amount=offer.amount, **facts)]
    elif offer.thing_id is not None:
        made = [Booking(thing_id=offer.thing_id, count=offer.quantity, first=first, last=last, **facts)]
    else:
        made = [
            Booking(person=person, share=offer.share, first=first, last=last, **facts)
            for person in offer.persons.order_by("pk")
        ]
    return Booking.objects.bulk_create(made)


def release(need: ResourceNeed) -> int:
    """Lets go of everything that is booked for the need."""
    return need.bookings.filter(released_at__isnull=True).update(released_at=clock.now())


def period_of(need: ResourceNeed, offer: Offer) -> tuple[date, date]:
    """The days of the offer, of the need, or of its task."""
    first, last = (offer.first, offer.last) if offer.first else need.period
    if first is None or last is None:
        raise InvalidInput({"first": _("The task has no dates yet; give the days")})
    return first, last


def lock_supply(persons: Iterable[int] = (), thing: int | None = None, budgets: Iterable[int] = ()) -> None:
    """Locks what is about to be promised, always in one order: two promises of one thing come one after the other."""
    list(Person.objects.select_for_update().filter(pk__in=list(persons)).order_by("pk").values_list("pk"))
    if thing is not None:
        list(Thing.objects.select_for_update().filter(pk=thing).values_list("pk"))
    list(Budget.objects.select_for_update().filter(pk__in=list(budgets)).order_by("pk").values_list("pk"))


def clashes_of(need: ResourceNeed, offer: Offer, persons: Iterable[Person]) -> list[str]:
    """What the offer would collide with, in words without names of other projects; nothing when it fits."""
    if offer.budget is not None:
        left = queries.left_of(offer.budget, without_need=need.pk)
        if offer.amount is not None and offer.amount > left:
            return [
                _("%(budget)s has only %(left)s yuan left") % {"budget": offer.budget, "left": f"{max(left, 0):,.2f}"}
            ]
        return []
    first, last = period_of(need, offer)
    words = []
    for person in persons:
        day = queries.collides(person_id=person.pk, first=first, last=last, share=offer.share, need_id=need.pk)
        if day is not None:
            words.append(_("%(person)s is taken on %(day)s") % {"person": person.name, "day": day.isoformat()})
    if offer.thing is not None:
        day = queries.collides(thing=offer.thing, first=first, last=last, share=offer.quantity, need_id=need.pk)
        if day is not None:
            words.append(_("%(thing)s is taken on %(day)s") % {"thing": offer.thing, "day": day.isoformat()})
    return words


def follow_tasks(tasks: Iterable[PlanRow]) -> None:
    """Bookings without days of their own move with their task; called as dates are computed anew."""
    dates = {task.pk: (task.start, task.finish) for task in tasks if task.start is not None}
    if not dates:
        return
    rows = Booking.objects.filter(
        need__task__in=list(dates), follows_task=True, released_at__isnull=True, budget__isnull=True
    ).select_related("need")
    moved = []
    for row in rows:
        new = dates[row.need.task_id or 0]
        if (row.first, row.last) != new:
            row.first, row.last = new
            moved.append(row)
    write_columns(Booking, moved, ("first", "last"))


def offers_as_booked(needs: Iterable[ResourceNeed]) -> None:
    """The offer that counts names what is booked by it now, after somebody or something has taken another's place."""
    for need in needs:
        offer = queries.current_offer(need)
        if offer is None:
            continue
        held = list(need.bookings.filter(released_at__isnull=True))
        offer.thing_id = next((row.thing_id for row in held if row.thing_id), offer.thing_id)
        offer.budget_id = next((row.budget_id for row in held if row.budget_id), offer.budget_id)
        offer.save(update_fields=["thing", "budget"])
        offer.persons.set([row.person_id for row in held if row.person_id])
