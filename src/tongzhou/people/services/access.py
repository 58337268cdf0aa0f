"""Ending what a person has open: sessions, event streams, tokens, delegations, headships. Parts of larger acts."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import F, Q

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.events import record, signal
from tongzhou.core.live import SIGNED_OUT

from ..models import ApiToken, Delegation, Headship, Person


def end_sessions(person: Person) -> None:
    """Sessions and event streams begun before this moment end: theirs is an older epoch."""
    Person.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.session_epoch += 1
    signal(f"person-{person.pk}", SIGNED_OUT)


def revoke_tokens(person: Person) -> int:
    """Every API token of the person stops working; says how many did."""
    return ApiToken.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=clock.now())


def end_delegations(held_where: Q, by: Actor, why: str) -> list[int]:
    """Takes back every delegation that matches and still holds or will; each is recorded."""
    rows = Delegation.objects.select_for_update(of=("self",)).filter(
        held_where, revoked_at__isnull=True, until__gte=clock.today()
    )
    ended = list(rows.order_by("pk"))
    moment = clock.now()
    for delegation in ended:
        delegation.revoked_at = moment
        delegation.save(update_fields=["revoked_at"])
        record(
            by,
            "people.delegation.revoked",
            delegation,
            before={"until": delegation.until},
            after={"why": why},
            topics=(f"person-{delegation.deputy_id}", f"person-{delegation.head_id}"),
        )
    return [delegation.pk for delegation in ended]


def end_headship(headship: Headship, last_day: date, by: Actor, why: str) -> None:
    """The person no longer signs for the department after the day; what was delegated in its name ends as well.

    A headship that would end before it began keeps its dates in that order: it never took effect, and shows it.
    """
    before, headship.until = headship.until, last_day
    headship.save(update_fields=["until"])
    record(
        by,
        "people.headship.ended",
        headship,
        before={"since": headship.since, "until": before},
        after={"until": last_day, "why": why},
        topics=(f"person-{headship.person_id}", f"department-{headship.department_id}"),
    )
    given = Q(head_id=headship.person_id, department_id=headship.department_id)
    if last_day < clock.today():
        end_delegations(given, by, why)
        return
    # The headship goes on for a while, and so do its delegations, but not beyond it.
    end_delegations(given & Q(since__gt=last_day), by, why)
    Delegation.objects.filter(given, revoked_at__isnull=True, until__gt=last_day).update(until=last_day)


def yesterday() -> date:
    """The last day of what ends at once: rights hold through whole days."""
    return clock.today() - timedelta(days=1)
