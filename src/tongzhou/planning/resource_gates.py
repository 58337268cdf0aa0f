"""What resources contribute to gate 2: approved, and without open conflict."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.projects.gates import GateCondition, Missing, register
from tongzhou.projects.models import Project

from . import queries
from .resource_states import Approval, NeedState, RequestState

_MOST_NAMED = 8


def register_conditions() -> None:
    """Makes the conditions known; called when the app is ready."""
    register(RESOURCES_APPROVED)
    register(NO_CONFLICT)


def _link(project: Project) -> str:
    return reverse("planning:needs", args=[project.pk])


def _not_approved(project: Project) -> Iterable[Missing]:
    """Every need answered and decided; of a project that needs nothing further, the lead has said so."""
    needs = list(project.resource_needs.exclude(state=NeedState.WITHDRAWN))
    approved = project.resource_requests.filter(state=RequestState.APPROVED)
    if not needs and queries.none_needed(project) is None and not approved.exists():
        yield Missing(_("write which resources are needed, or state that none is needed"), _link(project))
    open_ones = []
    for need in needs:
        words = ""
        if need.state in {NeedState.ASKED, NeedState.COUNTERED, NeedState.DECLINED}:
            words = str(NeedState(need.state).label)
        elif need.approval in {Approval.NONE, Approval.PENDING}:
            words = str(Approval(need.approval).label)
        if words:
            open_ones.append((need, words))
    for need, words in open_ones[:_MOST_NAMED]:
        link = reverse("planning:need", args=[project.pk, need.pk])
        yield Missing(_("“%(need)s”: %(state)s") % {"need": need.name, "state": words}, link)
    if (more := len(open_ones) - _MOST_NAMED) > 0:
        yield Missing(_("and %(count)s more") % {"count": more}, _link(project))


def _conflicting(project: Project) -> Iterable[Missing]:
    for found in queries.has_conflicts(project)[:_MOST_NAMED]:
        if found.first is not None and found.last is not None:
            days = f"{found.first.isoformat()} – {found.last.isoformat()}"
            yield Missing(_("%(who)s, %(days)s") % {"who": found.subject, "days": days}, _link(project))
        else:
            over = f"{found.over:,.2f}"
            yield Missing(_("%(who)s: %(over)s yuan too much") % {"who": found.subject, "over": over}, _link(project))


RESOURCES_APPROVED = GateCondition(
    "resources_approved", 2, gettext_lazy("Resources approved"), _not_approved, _link, position=40
)
NO_CONFLICT = GateCondition(
    "no_resource_conflict", 2, gettext_lazy("No open resource conflict"), _conflicting, _link, position=45
)
