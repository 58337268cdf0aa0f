"""What holds a person by the organisation itself: departments headed, delegations given and held, API tokens."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core import clock
from tongzhou.core.actor import Actor

from . import queries, ties
from .models import ApiToken, Headship


def _headships(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    for headship in Headship.objects.filter(person_id=person_id, until__isnull=True).select_related("department"):
        yield ties.Tie(
            _("Head of %(department)s") % {"department": headship.department.name},
            headship.department.get_absolute_url(),
            ends=True,
        )


def _delegations(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    for delegation in queries.delegations_open(queries.delegations_given(person_id)):
        words = {"deputy": delegation.deputy.name, "department": delegation.department.name}
        yield ties.Tie(_("%(deputy)s acts as deputy for %(department)s") % words, ends=True)
    for delegation in queries.delegations_open(queries.delegations_held(person_id)):
        words = {"head": delegation.head.name, "department": delegation.department.name}
        yield ties.Tie(_("Deputy of %(head)s for %(department)s") % words, ends=True)


def _tokens(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    rows = ApiToken.objects.filter(person_id=person_id, revoked_at__isnull=True, expires_at__gt=clock.now())
    for token in rows:
        yield ties.Tie(str(token), ends=True)


def register() -> None:
    """Makes them known; called from ``AppConfig.ready()``."""
    ties.register(ties.TieFinder("people.headships", gettext_lazy("Departments headed"), _headships))
    ties.register(ties.TieFinder("people.delegations", gettext_lazy("Deputies"), _delegations))
    ties.register(ties.TieFinder("people.tokens", gettext_lazy("API tokens"), _tokens))
