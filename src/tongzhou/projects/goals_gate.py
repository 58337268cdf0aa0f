"""What the project itself contributes to gate 1: SMART objectives and concrete commitments."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .gates import GateCondition, Missing, register
from .models import Project
from .queries import checked_commitments, checked_objectives
from .states import CommitmentState


def register_conditions() -> None:
    """Makes the conditions known; called when the app is ready."""
    register(OBJECTIVES_SMART)
    register(COMMITMENTS_CONCRETE)


def _objectives_link(project: Project) -> str:
    return reverse("projects:objectives", args=[project.pk])


def _commitments_link(project: Project) -> str:
    return reverse("projects:commitments", args=[project.pk])


def _objectives_lack(project: Project) -> Iterable[Missing]:
    """At least one objective, and every letter of each met or overruled with a reason."""
    rows = checked_objectives(project)
    if not rows:
        yield Missing(_("no objective is written yet"), _objectives_link(project))
    for number, row in enumerate(rows, start=1):
        if lacking := row.smart.missing:
            letters = _(", ").join(f"{letter.letter} {letter.name}" for letter in lacking)
            text = _("objective %(number)s lacks %(letters)s") % {"number": number, "letters": letters}
            yield Missing(text, f"{_objectives_link(project)}#objective-{row.objective.pk}")


def _commitments_lack(project: Project) -> Iterable[Missing]:
    """At least one commitment; each concrete (or accepted with a reason), with a named owner and a due date."""
    rows = [row for row in checked_commitments(project) if row.commitment.state != CommitmentState.WITHDRAWN]
    if not rows:
        yield Missing(_("no commitment is taken down yet"), _commitments_link(project))
    for row in rows:
        reasons = [
            reason
            for reason, fine in (
                (_("is vague"), row.wording.is_concrete),
                (_("has no owner"), row.wording.has_owner),
                (_("has no due date"), row.wording.has_due),
            )
            if not fine
        ]
        if reasons:
            facts = {
                "number": row.commitment.number,
                "department": row.commitment.department.name,
                "reasons": _(", ").join(reasons),
            }
            text = _("commitment %(number)s of %(department)s %(reasons)s") % facts
            yield Missing(text, f"{_commitments_link(project)}#commitment-{row.commitment.pk}")


OBJECTIVES_SMART = GateCondition(
    key="objectives_smart",
    gate=1,
    label=gettext_lazy("Every objective is SMART"),
    check=_objectives_lack,
    link=_objectives_link,
    position=20,
)
COMMITMENTS_CONCRETE = GateCondition(
    key="commitments_concrete",
    gate=1,
    label=gettext_lazy("Every commitment is concrete, with owner and due date"),
    check=_commitments_lack,
    link=_commitments_link,
    position=40,
)
