"""Where a project stands on its way: phases, the gate before it, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tongzhou.core.navigation import url_if_there

from ..gates import ConditionResult, gate_state, has_conditions
from ..models import GatePass, Project
from ..states import GATES, WALK, Phase
from .projects import catches_up

Words = str | Promise


@dataclass(frozen=True, slots=True)
class GateCard:
    """The gate a project stands before, as computed now; ``afterwards`` where an incident completes its papers."""

    gate: int
    conditions: tuple[ConditionResult, ...]
    afterwards: bool = False

    @property
    def met(self) -> int:
        """How many conditions are met."""
        return sum(condition.is_met for condition in self.conditions)

    @property
    def total(self) -> int:
        """How many conditions there are."""
        return len(self.conditions)

    @property
    def is_met(self) -> bool:
        """True when nothing is missing."""
        return bool(self.conditions) and self.met == self.total

    @property
    def items(self) -> list[dict[str, Any]]:
        """The conditions as the ``conditions`` tag draws them."""
        return [
            {
                "label": condition.label,
                "met": condition.is_met,
                "url": condition.link,
                "missing": [{"text": lack.text, "url": lack.link} for lack in condition.missing],
            }
            for condition in self.conditions
        ]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, in one sentence, and where it is done."""

    text: Words
    url: str = ""


def gate_before(project: Project) -> int | None:
    """The number of the gate the project stands before; gate 1 for an incident whose papers come later."""
    if catches_up(project):
        return 1
    return next((gate for gate, transition in GATES.items() if transition.possible(project, "phase")), None)


def gate_card(project: Project) -> GateCard | None:
    """The gate before the project; None where there is none, or where nobody computes it yet."""
    gate = gate_before(project)
    if gate is None or not has_conditions(gate):
        return None
    return GateCard(gate, tuple(gate_state(project, gate)), afterwards=gate == 1 and project.phase == Phase.EXECUTING)


def phase_steps(project: Project, passes: Sequence[GatePass], card: GateCard | None) -> list[dict[str, Any]]:
    """The four phases and the gates between them, as the ``stepper`` tag draws them."""
    stands = Phase(project.phase_before) if project.phase_before else Phase(project.phase)
    at = WALK.index(stands) if stands in WALK else (len(WALK) if stands == Phase.CLOSED else -1)
    latest = {gate_pass.gate: gate_pass for gate_pass in passes}
    return [
        {
            "name": phase.label,
            "state": "done" if number < at else "current" if number == at else "todo",
            "note": Phase(project.phase).label if number == at and project.phase != phase else "",
            "gate": _gate_mark(project, number + 1, latest.get(number + 1), card, behind=number < at),
        }
        for number, phase in enumerate(WALK)
    ]


def _gate_mark(
    project: Project, gate: int, passed: GatePass | None, card: GateCard | None, *, behind: bool
) -> dict[str, Any] | None:
    if card is not None and card.gate == gate:
        return {
            "met": card.met,
            "total": card.total,
            "state": "open",
            "url": reverse("projects:gate", args=[project.pk, gate]),
        }
    if behind and passed is not None:
        return {
            "met": 0,
            "total": 0,
            "state": "conditional" if passed.is_conditional else "passed",
            "url": reverse("projects:gate", args=[project.pk, gate]),
        }
    return None


def next_step(project: Project, card: GateCard | None, *, is_mine_to_pass: bool) -> NextStep:
    """What comes next, for the reader."""
    match project.phase:
        case Phase.DRAFT:
            url = url_if_there("alignment:edit", project.pk) or url_if_there("alignment:collab", project.pk)
            return NextStep(_("Fill in the collaboration request and submit it to the departments."), url)
        case Phase.SUSPENDED:
            return NextStep(_("Suspended. The project goes on when lead, sponsor or PMO resume it."), _people(project))
        case Phase.CANCELLED:
            return NextStep(_("Cancelled. Everything stays readable."))
        case Phase.CLOSED:
            return NextStep(_("Closed. Everything stays readable."))
    if card is not None:
        return _next_at_gate(project, card, is_mine_to_pass)
    if project.phase == Phase.PLANNING:
        text = _("What was agreed holds from now on: keep the commitments by their due dates.")
    else:
        text = _("Keep the commitments by their due dates.")
    return NextStep(text, reverse("projects:commitments", args=[project.pk]))


def _next_at_gate(project: Project, card: GateCard, is_mine_to_pass: bool) -> NextStep:
    facts = {"gate": card.gate, "lead": project.lead.name}
    url = reverse("projects:gate", args=[project.pk, card.gate])
    if card.is_met:
        if is_mine_to_pass:
            return NextStep(_("Everything gate %(gate)s asks for is there: pass it.") % facts, url)
        return NextStep(_("Everything gate %(gate)s asks for is there; %(lead)s can pass it.") % facts, url)
    first = next(condition for condition in card.conditions if not condition.is_met)
    lack = first.missing[0]
    facts = {"label": first.label, "missing": lack.text}
    return NextStep(_("%(label)s: %(missing)s") % facts, lack.link or first.link)


def _people(project: Project) -> str:
    return reverse("projects:people", args=[project.pk])
