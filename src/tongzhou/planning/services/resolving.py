"""Taking one of the proposals that mend a conflict of resources."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, require
from tongzhou.projects.queries import projects_for

from .. import queries, resource_policies
from ..queries.proposals import Proposal
from ..resource_states import Approval, Way
from .remedies import ask_departments, kept_way


@act
def take_proposal(project_id: int, key: str, *, by: Actor) -> Proposal:
    """Brings the proposal before the departments it touches, if it still mends its conflict; else ``Conflict``.

    Where whoever takes it speaks for all of them, it is done at once, as one step of the plan that can be taken back.
    """
    project = reach(projects_for(by).select_related("scenario"), project_id, lock=True)
    proposal = queries.proposal_with(project, key, by)
    if proposal is None:
        raise Conflict(_("This proposal no longer fits. Please look at the conflicts again."))
    need = proposal.booking.need
    gives = proposal.way == Way.SUBSTITUTE and resource_policies.can_offer(by, need)
    require(gives or resource_policies.can_settle(by, need))
    if proposal.way == Way.SUBSTITUTE and need.approval == Approval.PENDING:
        raise Conflict(_("The sponsor is deciding on this. Call the request back first."))
    remedy = kept_way(project, proposal.way, key, queries.content_of_way(project, proposal), by)
    ask_departments(remedy, by)
    return replace(proposal, remedy=remedy)
