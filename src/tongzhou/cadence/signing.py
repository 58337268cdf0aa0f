"""签署时限: rounds of agreement whose signatures are escalated when they are overdue. Packages register their subjects.

A round with a deadline has a ladder per signatory whose turn it is; the signature stops it, and so does the end of the
round. The clock begins with the deadline, or for a stage that is reached after it a working day later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tongzhou.core.registry import Registry
from tongzhou.core.time_words import exactly
from tongzhou.signoff.models import Round, Signatory
from tongzhou.signoff.queries import picture_of

from . import ladders
from .ladders import WORKING_DAY, LadderKind, Rungs, in_words
from .models import Ladder
from .states import Rung

UP_THE_LINE: Rungs = ((Rung.SUPERIOR, 0), (Rung.SPONSOR, WORKING_DAY), (Rung.PMO, 2 * WORKING_DAY))


@dataclass(frozen=True, slots=True)
class SignedInTime:
    """A subject of sign-off whose overdue signatures go up the line: its kind, what is awaited, where it is looked at."""

    subject_kind: str
    label: str | Promise
    link: Callable[[Round], str]
    told: Callable[[Ladder, Rung, set[int]], None] = ladders.nothing_more
    rungs: Rungs = UP_THE_LINE

    @property
    def ladder_kind(self) -> str:
        """The kind of its ladders."""
        return f"{self.subject_kind}.signature"


signed_in_time: Registry[SignedInTime] = Registry("Signed in time")


def register(entry: SignedInTime) -> None:
    """Makes the subject known; called from ``AppConfig.ready()``."""
    signed_in_time.register(entry.subject_kind, entry)
    ladders.register(LadderKind(entry.ladder_kind, entry.label, is_awaited, because_unsigned, entry.told))


def awaited_in(round: Round) -> list[Signatory]:
    """Whose turn it is now and who has not decided."""
    return [place.signatory for place in picture_of(round).awaited]


def is_awaited(ladder: Ladder) -> bool:
    """True while it is this signatory's turn in an open round."""
    found = Signatory.objects.select_related("round").filter(pk=ladder.subject_id).first()
    return found is not None and found.pk in {row.pk for row in awaited_in(found.round)}


def because_unsigned(ladder: Ladder) -> Promise:
    """Who has not signed, and since when it is due."""
    return in_words(
        lambda: (
            _("%(party)s has not signed; it was due %(due)s")
            % {"party": ladder.subject_label, "due": exactly(ladder.awaited_at)}
        )
    )
