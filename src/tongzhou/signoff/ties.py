"""What holds a person in sign-offs: decisions that are awaited from them, by name or as head of a department."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.core import clock
from tongzhou.core.actor import Actor
from tongzhou.people import ties
from tongzhou.people.queries import headships_on

from .models import Signatory
from .states import RoundState


def _open_signatures(person_id: int, by: Actor) -> Iterator[ties.Tie]:
    headed = headships_on(clock.today()).filter(person_id=person_id).values("department_id")
    rows = (
        Signatory.objects.filter(round__state=RoundState.OPEN, decision__isnull=True)
        .filter(Q(person_id=person_id) | Q(department_id__in=headed))
        .select_related("department")
        .order_by("pk")
    )
    for signatory in rows:
        if signatory.department is not None:
            yield ties.Tie(_("For %(department)s; the next head signs") % {"department": signatory.department.name})
        else:
            yield ties.Tie(_("Asked by name; somebody else has to be asked"))


def register() -> None:
    """Makes them known; called from ``AppConfig.ready()``."""
    ties.register(ties.TieFinder("signoff.open", gettext_lazy("Open signatures"), _open_signatures))
