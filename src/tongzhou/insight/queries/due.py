"""What falls due next and what failed, for administrators and PMO."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.cadence.models import Occasion
from tongzhou.cadence.queries import heartbeats, silent_parts
from tongzhou.cadence.queries.rules import occasion_kind
from tongzhou.cadence.states import RuleKind
from tongzhou.core.actor import Actor
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for

# Kinds of occasions in words; the kind itself where a package has added one since.
KINDS: dict[str, str | Promise] = {
    "alignment.reply_reminder": _("Remind of an answer"),
    "alignment.memorandum.remind": _("Remind of a signature"),
    "meetings.minutes_reminder": _("Remind of confirming the minutes"),
    "meetings.minutes_deadline": _("Time to confirm the minutes is over"),
    "planning.question_reminder": _("Remind of a question to those consulted"),
    "planning.informed_digest": _("Tell those informed what has changed"),
    "cadence.ladder_step": _("Pass up the line what is still awaited"),
    **{occasion_kind(kind): kind.label for kind in RuleKind},
}


@dataclass(frozen=True, slots=True)
class DueRow:
    """An occasion with the project it belongs to, as far as the reader may know it."""

    occasion: Occasion
    what: str | Promise
    project: Project | None

    @property
    def is_hidden(self) -> bool:
        """True when it belongs to a project the reader may not see."""
        return self.occasion.project_id is not None and self.project is None


@dataclass(frozen=True, slots=True)
class Heard:
    """A part of the system that nobody sees: when it was last heard of, and whether that is too long ago."""

    name: str | Promise
    at: datetime | None
    is_silent: bool


def heard_of() -> list[Heard]:
    """Clock, worker and auditor."""
    beats, silent = heartbeats(), silent_parts()
    words = {"clock": _("Clock"), "worker": _("Worker"), "auditor": _("Auditor")}
    return [Heard(word, beats.get(name), name in silent) for name, word in words.items()]


def due_rows(actor: Actor, occasions: Iterable[Occasion]) -> list[DueRow]:
    """Occasions with their words; one query for all projects."""
    rows = list(occasions)
    ids = {row.project_id for row in rows if row.project_id is not None}
    projects = projects_for(actor).in_bulk(ids)
    return [DueRow(row, KINDS.get(row.kind, row.kind), projects.get(row.project_id or 0)) for row in rows]
