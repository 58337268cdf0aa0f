"""Who may decide in a round."""

from __future__ import annotations

from tongzhou.core.actor import Actor

from .models import Round, Signatory
from .subjects import subjects


def can_decide(actor: Actor, round: Round, signatory: Signatory) -> bool:
    """Whom the subject of the round lets decide for this signatory; where it says nothing, who speaks for it."""
    rule = subjects.get(round.subject_kind).may_decide or speaks_for
    return rule(actor, round, signatory)


def speaks_for(actor: Actor, round: Round, signatory: Signatory) -> bool:
    """The head of the department asked, the deputy that head has named for this kind of act, or the person asked."""
    if actor.is_system:
        return False
    if signatory.person_id is not None:
        return signatory.person_id == actor.person_id
    return signatory.department_id is not None and actor.speaks_for(signatory.department_id, round.scope)
