"""Leaving the company, coming back, and signing out everywhere."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import record
from tongzhou.core.versions import save_version

from .. import policies, queries
from ..models import Headship, Person
from .access import end_delegations, end_headship, end_sessions, revoke_tokens, yesterday


@act
def leave_company(person_id: int, left_on: date | None = None, *, by: Actor) -> Person:
    """离职: the person can no longer log in, sign or stand in. Everything ends in this one act, at once.

    Sessions and event streams, API tokens, delegations given and held, headships. What others waited for from this
    person (open signatures, projects led) stays and has to be taken over; ``people.ties`` names it beforehand.
    """
    require(policies.can_keep_people(by))
    # All administrators are locked first, in one order: the last one stays, even when two leave at once.
    administrators = set(
        queries.active_administrators().select_for_update().order_by("pk").values_list("pk", flat=True)
    )
    person = reach(Person.objects.all(), person_id, lock=True)
    left_on = left_on or clock.today()
    if not person.is_active:
        raise Conflict(_("%(name)s has left already") % {"name": person.name})
    if left_on > clock.today():
        raise InvalidInput({"left_on": _("This takes effect at once: choose today or an earlier day")})
    if administrators == {person.pk}:
        raise Conflict(_("This is the last administrator; name another one first"))
    for headship in Headship.objects.select_for_update().filter(
        Q(until__isnull=True) | Q(until__gte=clock.today()), person=person
    ):
        end_headship(headship, min(left_on, yesterday()), by, "left the company")
    delegations = end_delegations(Q(head=person) | Q(deputy=person), by, "left the company")
    tokens = revoke_tokens(person)
    save_version(person, None, {"is_active": False, "left_on": left_on})
    end_sessions(person)
    record(
        by,
        "people.person.left",
        person,
        before={"is_active": True},
        after={"is_active": False, "left_on": left_on},
        data={"tokens_revoked": tokens, "delegations_ended": delegations},
    )
    return person


@act
def take_back(person_id: int, joined_on: date | None = None, *, by: Actor) -> Person:
    """Somebody who left works here again: without password, headships, delegations or tokens of before."""
    require(policies.can_keep_people(by))
    person = reach(Person.objects.all(), person_id, lock=True)
    if person.is_active:
        raise Conflict(_("%(name)s works here") % {"name": person.name})
    person.set_unusable_password()
    save_version(
        person,
        None,
        {
            "is_active": True,
            "left_on": None,
            "joined_on": joined_on or clock.today(),
            "password": person.password,
            # Rights for the whole company are given anew, not found again.
            "is_admin": False,
            "is_pmo": False,
            "is_executive": False,
        },
    )
    end_sessions(person)
    record(by, "people.person.returned", person, after={"joined_on": person.joined_on})
    return person


@act
def sign_out_everywhere(person_id: int, *, by: Actor) -> Person:
    """Ends every session and event stream of a person, wherever it was begun. API tokens stay."""
    person = reach(Person.objects.all(), person_id, lock=True)
    require(policies.can_sign_out(by, person))
    end_sessions(person)
    record(by, "people.person.signed_out_everywhere", person)
    return person
