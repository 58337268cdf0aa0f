"""How a project stands, in a word with its reasons; computed for a whole list at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tongzhou.core import clock
from tongzhou.signoff.models import Round, Signatory
from tongzhou.signoff.states import RoundState

from ..gates import conditions
from ..models import Commitment, Project
from ..states import WALK
from .commitments import PENDING

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Health:
    """``late`` with what is overdue, or ``on_track``; no word for a project that does not run."""

    state: str = ""
    reasons: tuple[Words, ...] = ()

    @property
    def label(self) -> Words:
        """The word."""
        return {"late": _("Late"), "on_track": _("On track")}.get(self.state, "")

    @property
    def tone(self) -> str:
        """The tone of the word."""
        return "late" if self.state == "late" else "good"

    @property
    def icon(self) -> str:
        """The icon beside the word."""
        return "clock-exclamation" if self.state == "late" else "circle-check"

    @property
    def sentence(self) -> str:
        """The reasons in one line."""
        return " · ".join(str(reason) for reason in self.reasons)


NO_WORD = Health()


def health_of(projects: Iterable[Project]) -> dict[int, Health]:
    """Project → its health. The number of queries does not depend on the number of projects.

    Late is: a department's answer (as gate conditions report it), a signature or confirmation, a commitment, or the
    planned end is overdue.
    """
    running = {project.pk: project for project in projects if project.phase in WALK}
    if not running:
        return {}
    found: dict[int, list[Words]] = {pk: [] for pk in running}
    for condition in conditions:
        if condition.overdue is not None:
            _note(found, condition.overdue(list(running)))
    _note(found, _overdue_signatures(list(running)))
    _note(found, _overdue_commitments(list(running)))
    today = clock.today()
    for pk, project in running.items():
        if project.ends_on is not None and project.ends_on < today:
            found[pk].append(_("the planned end has passed"))
    return {pk: Health("late" if reasons else "on_track", tuple(reasons)) for pk, reasons in found.items()}


def _note(found: dict[int, list[Words]], late: Mapping[int, Words]) -> None:
    for pk, words in late.items():
        if pk in found:
            found[pk].append(words)


def _overdue_signatures(project_ids: list[int]) -> dict[int, Words]:
    undecided = Signatory.objects.filter(round=OuterRef("pk"), decision__isnull=True)
    rounds = (
        Round.objects.filter(Exists(undecided), project_id__in=project_ids)
        .filter(state=RoundState.OPEN, due_at__lt=clock.now())
        .order_by("project_id", "due_at")
        .values_list("project_id", "title")
    )
    return {pk: format_lazy("{}: {}", _("signatures are overdue"), title) for pk, title in rounds if pk is not None}


def _overdue_commitments(project_ids: list[int]) -> dict[int, Words]:
    rows = (
        Commitment.objects.filter(project_id__in=project_ids, state__in=PENDING, due__lt=clock.today())
        .order_by()
        .values_list("project_id")
        .annotate(count=Count("pk"))
    )
    return {pk: _counted(count) for pk, count in rows}


def _counted(count: int) -> Words:
    # In the reader's words at once: a lazy plural makes a class of its own for each number.
    return ngettext("%(count)d commitment is overdue", "%(count)d commitments are overdue", count) % {"count": count}
