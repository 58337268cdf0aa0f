"""Who may do what in phase 1."""

from __future__ import annotations

from tongzhou.core.actor import Actor
from tongzhou.projects import policies as projects
from tongzhou.projects.models import Project
from tongzhou.projects.states import OPEN, Phase

from .models import Memorandum
from .states import MemorandumState

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
