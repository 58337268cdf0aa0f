"""Who may do what in phase 1."""

from __future__ import annotations

from tongzhou.core.actor import Actor
from tongzhou.projects import policies as projects
from tongzhou.projects.models import Project
from tongzhou.projects.states import OPEN, Phase

from .models import Ask, CollabRequest, Memorandum
from .states import AskState, CollabState, MemorandumState

REPLY_SCOPE = "reply"


def is_under_way(collab: CollabRequest) -> bool:
    """True while the departments may be talked with: sent out, and the project neither stopped nor over."""
    return collab.state in {CollabState.SUBMITTED, CollabState.ACCEPTED} and collab.project.phase in OPEN - {
        Phase.DRAFT
    }


def can_edit_draft(actor: Actor, collab: CollabRequest) -> bool:
    """A draft is written by the lead, the PMO and the members of the initiating department."""
    return collab.state == CollabState.DRAFT and projects.can_edit_draft(actor, collab.project)


def may_submit(actor: Actor, collab: CollabRequest) -> bool:
    """The lead sends the request out, or whoever speaks for the initiating department."""
    return projects.can_run(actor, collab.project) or actor.speaks_for(collab.project.initiator_id, REPLY_SCOPE)


def can_submit(actor: Actor, collab: CollabRequest) -> bool:
    """Sent out once, from a draft, by those who may."""
    return can_edit_draft(actor, collab) and may_submit(actor, collab)


def can_amend(actor: Actor, collab: CollabRequest) -> bool:
    """The lead changes what was sent out; what changed for a department goes back to it."""
    return is_under_way(collab) and projects.can_run(actor, collab.project)


def can_withdraw(actor: Actor, collab: CollabRequest) -> bool:
    """The lead takes the request back while it is a draft or not yet accepted by all."""
    return collab.state in {CollabState.DRAFT, CollabState.SUBMITTED} and projects.can_run(actor, collab.project)


def head_opinion_role(actor: Actor, collab: CollabRequest) -> str:
    """As what the actor writes 部门负责人意见: head, deputy, or nothing of the kind."""
    initiator = collab.project.initiator_id
    if actor.heads(initiator):
        return "head"
    return "deputy" if actor.stand_in_for(initiator, REPLY_SCOPE) else ""


def executive_opinion_role(actor: Actor, collab: CollabRequest) -> str:
    """As what the actor writes 分管领导意见: sponsor (an executive while none is named), or nothing of the kind."""
    sponsor = collab.project.sponsor_id
    if actor.person_id is not None and actor.person_id == sponsor:
        return "sponsor"
    return "executive" if sponsor is None and actor.is_executive else ""


def can_see_draft(actor: Actor, collab: CollabRequest) -> bool:
    """Drafts are shown to those who write them and to the sponsor; not to the departments that will be asked."""
    return (
        collab.state != CollabState.DRAFT
        or projects.can_edit_draft(actor, collab.project)
        or bool(executive_opinion_role(actor, collab))
    )


def can_give_opinion(actor: Actor, collab: CollabRequest, field: str) -> bool:
    """The head (or deputy) of the initiating department, and the sponsor, each in their own place."""
    if collab.state == CollabState.WITHDRAWN or collab.project.phase not in OPEN:
        return False
    role = head_opinion_role if field == "dept_head_opinion" else executive_opinion_role
    return bool(role(actor, collab))


def can_reply(actor: Actor, ask: Ask) -> bool:
    """The head of the asked department or the deputy for replies; nobody answers their own request."""
    return (
        is_under_way(ask.collab)
        and ask.state != AskState.WITHDRAWN
        and actor.speaks_for(ask.department_id, REPLY_SCOPE)
        and actor.person_id != ask.collab.requester_id
    )


def can_prepare(actor: Actor, ask: Ask) -> bool:
    """The contact person writes the reply down for the head, who gives it. A contact person prepares, never signs."""
    return (
        is_under_way(ask.collab)
        and ask.state in {AskState.WAITING, AskState.CLARIFY}
        and actor.person_id is not None
        and actor.person_id == ask.contact_person_id
        and not can_reply(actor, ask)
    )


def can_answer(actor: Actor, ask: Ask) -> bool:
    """The initiating side answers conditions, dates and questions: lead or PMO."""
    return ask.state != AskState.WITHDRAWN and can_amend(actor, ask.collab)


# ---------------------------------------------------------------- memoranda: below this line


def is_memorandum_time(project: Project) -> bool:
    """A memorandum is written while the project is under way; an incident's is completed during execution (补签)."""
    return project.phase in OPEN - {Phase.DRAFT}


def can_compose_memorandum(actor: Actor, project: Project) -> bool:
    """Lead or PMO compose, edit and send the memorandum."""
    return is_memorandum_time(project) and projects.can_run(actor, project)


def can_edit_memorandum(actor: Actor, memorandum: Memorandum) -> bool:
    """Only a draft is written in; what is out for signing or signed begins a new version first."""
    return memorandum.state == MemorandumState.DRAFT and can_compose_memorandum(actor, memorandum.project)


def can_amend_memorandum(actor: Actor, memorandum: Memorandum) -> bool:
    """Lead or PMO take a version back, with a reason; its signatures stay readable and no longer count."""
    return memorandum.state != MemorandumState.DRAFT and can_compose_memorandum(actor, memorandum.project)


def can_keep_clauses(actor: Actor) -> bool:
    """The PMO keeps the library of breach clauses."""
    return actor.is_pmo or actor.is_admin
