"""备忘录: composing, writing, amending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.cadence.services import call_off
from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.actor import Actor
from tongzhou.core.acts import act
from tongzhou.core.errors import Conflict, InvalidInput, TransitionNotAllowed, require
from tongzhou.core.events import record
from tongzhou.core.transitions import move
from tongzhou.core.versions import save_version
from tongzhou.projects.queries import projects_for
from tongzhou.projects.services import reopen_commitments, unfreeze_goals
from tongzhou.signoff.services import outdate_rounds

from .. import policies, queries
from ..models import Memorandum
from ..queries.memoranda import KIND
from ..states import AMEND, MemorandumState
from .memorandum_text import CHANGED, LONGEST_CELL, checked_stages, checked_terms, merged_terms
from .memorandum_usual import resource_rows, usual_terms


@act
def create_memorandum(project_id: int, *, by: Actor) -> Memorandum:
    """Draws a first text from what the project knows: parties, goals, duties, resources, communication, usual clauses."""
    project = reach(projects_for(by), project_id, lock=True)
    require(policies.can_compose_memorandum(by, project))
    if queries.memorandum_of(project) is not None:
        raise Conflict(_("This project has a memorandum already"))
    moment = clock.now()
    with translation.override(settings.LANGUAGE_CODE):
        terms = usual_terms(project)
    memorandum = Memorandum.objects.create(project=project, terms=terms, stages=[], created_at=moment, saved_at=moment)
    record(by, "alignment.memorandum.composed", memorandum, after={"terms": terms})
    return memorandum


@act
def save_memorandum(
    project_id: int,
    version: int | None,
    terms: Mapping[str, Any],
    *,
    by: Actor,
    stages: list[dict[str, Any]] | None = None,
) -> Memorandum:
    """Writes the parts of the text that are given; what is not given stays.

    Raises ``StaleWrite`` part by part when somebody saved since ``version``, so that nobody loses a word.
    """
    memorandum = locked_memorandum(project_id, by)
    require_draft(by, memorandum)
    mine: dict[str, Any] = checked_terms(terms)
    if stages is not None:
        mine["stages"] = checked_stages(memorandum.project, stages)
    if version is not None and version != memorandum.version:
        mine = merged_terms(memorandum, version, mine)
    now = {**memorandum.terms, "stages": memorandum.stages}
    before = {key: now.get(key) for key, value in mine.items() if now.get(key) != value}
    if before:
        written = {**now, **mine}
        stages = written.pop("stages")
        save_version(memorandum, memorandum.version, {"terms": written, "stages": stages, "saved_at": clock.now()})
        after = {key: mine[key] for key in before}
        record(by, CHANGED, memorandum, before=before, after=after, data={"version": memorandum.version})
    return memorandum


@act
def draw_resources_again(project_id: int, version: int | None, terms: Mapping[str, Any], *, by: Actor) -> Memorandum:
    """Draws resources promised anew from the kickoff's statements and the commitments; writes ``terms`` beside it."""
    memorandum = locked_memorandum(project_id, by)
    with translation.override(settings.LANGUAGE_CODE):
        rows = resource_rows(memorandum.project)
    return save_memorandum(project_id, version, {**terms, "resource_commitments": rows}, by=by)


@act
def amend_memorandum(project_id: int, reason: str, *, by: Actor) -> Memorandum:
    """Begins a new version of a memorandum that is being signed or is signed.

    Its signatures stay readable with the old version and no longer count; goals and commitments may change again.
    """
    memorandum = locked_memorandum(project_id, by)
    if memorandum.state == MemorandumState.DRAFT:
        raise TransitionNotAllowed(_("This is a draft: it can be changed as it is"))
    require(policies.can_amend_memorandum(by, memorandum))
    reason = reason.strip()
    if not reason:
        raise InvalidInput({"reason": _("Please give the reason")})
    if len(reason) > LONGEST_CELL:
        raise InvalidInput({"reason": _("At most %(count)s characters") % {"count": LONGEST_CELL}})
    before = memorandum.state
    outdate_rounds(KIND, memorandum.pk, by=by)
    reopen(memorandum, reason, by)
    reopen_commitments(project_id, by=by)
    record(by, "alignment.memorandum.amended", memorandum, before={"state": before}, after={"reason": reason})
    return memorandum


def reopen(memorandum: Memorandum, reason: str, by: Actor) -> None:
    move(memorandum, AMEND)
    save_version(memorandum, None, {"amend_reason": reason, "saved_at": clock.now()})
    unfreeze_goals(memorandum.project_id, by=by)
    call_off_signing(memorandum)


def call_off_signing(memorandum: Memorandum) -> None:
    edition = queries.newest_edition(memorandum)
    if edition is not None:
        call_off(edition)


def locked_memorandum(project_id: int, by: Actor) -> Memorandum:
    """Project first, then memorandum: the order in which every act takes its locks."""
    project = reach(projects_for(by), project_id, lock=True)
    memorandum = queries.reach_memorandum(by, project_id)
    memorandum = Memorandum.objects.select_for_update(of=("self",)).get(pk=memorandum.pk)
    memorandum.project = project
    return memorandum


def require_draft(by: Actor, memorandum: Memorandum) -> None:
    require(policies.can_compose_memorandum(by, memorandum.project))
    if not policies.can_edit_memorandum(by, memorandum):
        raise TransitionNotAllowed(_("This version is being signed or is signed. Begin a new version to change it."))
