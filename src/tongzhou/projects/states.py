"""Legal moves of projects and commitments."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongzhou.core.transitions import Transition


class Phase(models.TextChoices):
    """阶段: where a project stands."""

    DRAFT = "draft", pgettext_lazy("phase", "Draft")
    ALIGNING = "aligning", pgettext_lazy("phase", "Alignment")
    PLANNING = "planning", pgettext_lazy("phase", "Planning")
    EXECUTING = "executing", pgettext_lazy("phase", "Execution")
    CLOSING = "closing", pgettext_lazy("phase", "Closeout")
    CLOSED = "closed", pgettext_lazy("phase", "Closed")
    SUSPENDED = "suspended", pgettext_lazy("phase", "Suspended")
    CANCELLED = "cancelled", pgettext_lazy("phase", "Cancelled")


WALK = (Phase.ALIGNING, Phase.PLANNING, Phase.EXECUTING, Phase.CLOSING)
OPEN = frozenset({Phase.DRAFT, *WALK})

OPEN_ALIGNMENT = Transition("open_alignment", frozenset({Phase.DRAFT}), Phase.ALIGNING, _("Start alignment"))
START_INCIDENT = Transition("start_incident", frozenset({Phase.DRAFT}), Phase.EXECUTING, _("Start at once"))
PASS_GATE_1 = Transition("pass_gate_1", frozenset({Phase.ALIGNING}), Phase.PLANNING, _("Pass gate 1"))
PASS_GATE_2 = Transition("pass_gate_2", frozenset({Phase.PLANNING}), Phase.EXECUTING, _("Pass gate 2"))
PASS_GATE_3 = Transition("pass_gate_3", frozenset({Phase.EXECUTING}), Phase.CLOSING, _("Pass gate 3"))
PASS_GATE_4 = Transition("pass_gate_4", frozenset({Phase.CLOSING}), Phase.CLOSED, _("Pass gate 4"))
GATES = {1: PASS_GATE_1, 2: PASS_GATE_2, 3: PASS_GATE_3, 4: PASS_GATE_4}
BACK_TO = {
    Phase.ALIGNING: Transition(
        "back_to_alignment", frozenset({Phase.PLANNING}), Phase.ALIGNING, _("Back to alignment")
    ),
    Phase.PLANNING: Transition("back_to_planning", frozenset({Phase.EXECUTING}), Phase.PLANNING, _("Back to planning")),
    Phase.EXECUTING: Transition(
        "back_to_execution", frozenset({Phase.CLOSING}), Phase.EXECUTING, _("Back to execution")
    ),
}
SUSPEND = Transition("suspend", OPEN, Phase.SUSPENDED, _("Suspend"))
RESUME = {phase: Transition(f"resume_{phase}", frozenset({Phase.SUSPENDED}), phase, _("Resume")) for phase in OPEN}
CANCEL = Transition("cancel", OPEN | {Phase.SUSPENDED}, Phase.CANCELLED, _("Cancel the project"))


class CommitmentState(models.TextChoices):
    """承诺: from a sentence in the minutes to a promise kept, late or broken."""

    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    KEPT = "kept", _("kept")
    LATE = "late", _("kept late")
    BROKEN = "broken", _("broken")
    WITHDRAWN = "withdrawn", _("withdrawn")


AGREE_COMMITMENT = Transition("agree", frozenset({CommitmentState.PROPOSED}), CommitmentState.AGREED)
WITHDRAW_COMMITMENT = Transition("withdraw", frozenset({CommitmentState.PROPOSED}), CommitmentState.WITHDRAWN)
