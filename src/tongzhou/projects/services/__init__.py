"""Acts on projects."""

from .commitments import (
    add_commitment,
    agree_commitments,
    change_commitment,
    name_commitment_owner,
    overrule_vagueness,
    reopen_commitments,
    withdraw_commitment,
)
from .gates import move_back, pass_gate
from .goals import freeze_goals, unfreeze_goals
from .looks import note_look
from .objectives import (
    add_objective,
    back_objective,
    change_objective,
    overrule_smart,
    remove_objective,
    replace_objectives,
)
from .parties import add_stakeholder, name_contact, remove_party, remove_stakeholder, set_parties
from .projects import cancel_project, change_project, create_project, open_project, resume_project, suspend_project

__all__ = [
    "add_commitment",
    "add_objective",
    "add_stakeholder",
    "agree_commitments",
    "back_objective",
    "cancel_project",
    "change_commitment",
    "change_objective",
    "change_project",
    "create_project",
    "freeze_goals",
    "move_back",
    "name_commitment_owner",
    "name_contact",
    "note_look",
    "open_project",
    "overrule_smart",
    "overrule_vagueness",
    "pass_gate",
    "remove_objective",
    "remove_party",
    "remove_stakeholder",
    "reopen_commitments",
    "replace_objectives",
    "resume_project",
    "set_parties",
    "suspend_project",
    "unfreeze_goals",
    "withdraw_commitment",
]
