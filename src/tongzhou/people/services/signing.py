"""电子签署约定: what a person accepts once before signing in the system."""

from __future__ import annotations

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import require
from tongzhou.core.events import record

from ..models import Person

AGREEMENT_VERSION = 1


@act
def accept_signing_agreement(*, by: Actor) -> Person:
    """The person agrees that signatures made here count within the company. Accepting twice changes nothing."""
    require(not by.is_system)
    person = Person.objects.select_for_update().get(pk=by.pk)
    if person.signing_agreed_at is None:
        person.signing_agreed_at = clock.now()
        person.save(update_fields=["signing_agreed_at"])
        record(by, "people.signing_agreement.accepted", person, after={"version": AGREEMENT_VERSION})
    return person
