"""Filing a collaboration request: write, submit, amend, withdraw, opinions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import InvalidInput, NotFound, TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.core.versions import save_version
from tongzhou.projects.models import Project
from tongzhou.projects.queries import projects_for
from tongzhou.projects.services import (
    cancel_project,
    open_project,
)

from .. import policies
from ..models import CollabRequest
from ..queries.collab_checks import missing_for_submission
from ..states import SUBMIT, WITHDRAW, CollabState
from .asks import send_ask, write_parties
from .collab_input import LONGEST, refuse, too_long
from .collab_writing import OPINIONS, Written, sign_opinion, write_draft
from .places import (
    CollabDraft,
    clean_text,
    places_of,
)
from .reply_clock import stop_clock


@act
def save_collab(project_id: int, draft: CollabDraft, *, by: Actor, source: str = "") -> Written:
    """Writes what was changed in the form; of a request that was sent out, changed asks go back to their departments.

    What two people changed at once in different places is laid together; where both changed the same place, nothing is
    written and ``StaleWrite`` carries both texts, place by place.
    """
    collab = _locked(project_id, by)
    under_way = collab.state != CollabState.DRAFT
    require(policies.can_amend(by, collab) if under_way else policies.can_edit_draft(by, collab))
    return write_draft(collab, draft, by, source)


@act
def submit_collab(project_id: int, *, by: Actor, draft: CollabDraft | None = None) -> CollabRequest:
    """Hands the request to the departments: their answer clocks start, alignment begins (an incident, execution)."""
    collab = _locked(project_id, by)
    require(policies.may_submit(by, collab))
    if collab.state != CollabState.DRAFT:
        raise TransitionNotAllowed(_("The request was already submitted"))
    require(policies.can_submit(by, collab))
    if draft is not None:
        collab = write_draft(collab, draft, by).collab
    if problems := missing_for_submission(collab):
        raise InvalidInput(problems, _("The request is not complete yet"))
    move(collab, SUBMIT)
    collab.edition, collab.submitted_at = 1, clock.now()
    save_version(collab, None, {"edition": collab.edition, "submitted_at": collab.submitted_at})
    write_parties(collab, by=by)
    collab.project = open_project(project_id, by=by)
    record(by, "alignment.collab_request.submitted", collab, after=places_of(collab))
    for ask in collab.asks.select_related("department"):
        ask.collab = collab
        send_ask(ask, by=by)
    return collab


@act
def withdraw_collab(project_id: int, reason: str, *, by: Actor) -> CollabRequest:
    """Takes the request back, with the reason; the project ends with it."""
    collab = _locked(project_id, by)
    require(policies.can_withdraw(by, collab))
    reason = clean_text(reason)
    if not reason:
        raise InvalidInput({"reason": _("Please give the reason")})
    if len(reason) > LONGEST["dept_head_opinion"]:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": LONGEST["dept_head_opinion"]}})
    before = collab.state
    move(collab, WITHDRAW)
    for ask in collab.asks.all():
        ask.collab = collab
        stop_clock(ask, by=by)
        ask.save(update_fields=["reply_due_at", "escalation_level"])
    collab.project = cancel_project(project_id, reason, by=by)
    record(by, "alignment.collab_request.withdrawn", collab, before={"state": before}, after={"reason": reason})
    return collab


@act
def give_opinion(project_id: int, opinion: str, text: str, *, by: Actor) -> CollabRequest:
    """部门负责人意见 or 分管领导意见, written by whom it belongs to, also after the request was sent out."""
    collab = _locked(project_id, by)
    if opinion not in OPINIONS:
        raise NotFound
    require(policies.can_give_opinion(by, collab, opinion))
    text = clean_text(text)
    refuse({opinion: too_long(opinion, text)})
    before = {opinion: getattr(collab, opinion)}
    signs = {**collab.opinion_signs, opinion: sign_opinion(collab, opinion, by)}
    save_version(collab, None, {opinion: text, "opinion_signs": signs, "saved_at": clock.now()})
    record(by, "alignment.collab_request.opinion_given", collab, before=before, after={opinion: text})
    return collab


def _locked(project_id: int, by: Actor) -> CollabRequest:
    """The request with its project, both locked, the project first."""
    project = reach(projects_for(by), project_id, lock=True)
    collab = (
        CollabRequest.objects.select_for_update(of=("self",))
        .select_related("requester")
        .filter(project_id=project.pk)
        .first()
    )
    if collab is None:
        raise NotFound
    collab.project = Project.objects.select_related("scenario", "initiator", "lead", "sponsor").get(pk=project.pk)
    if not policies.can_see_draft(by, collab):
        raise NotFound
    return collab
