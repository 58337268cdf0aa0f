"""What gate 1 wants of the request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.core import clock
from tongzhou.projects.gates import Missing
from tongzhou.projects.models import Project

from ..models import Ask, CollabRequest
from ..states import AskState, CollabState
from .collab_checks import missing_for_submission
from .collabs import collab_of, unaccepted_asks


def departments_accepted(project: Project) -> Iterator[Missing]:
    """Every department asked has accepted (and not declined since)."""
    collab = collab_of(project)
    link = reverse("alignment:collab", args=[project.pk])
    if collab is None:
        return
    if collab.state in {CollabState.DRAFT, CollabState.WITHDRAWN}:
        yield Missing(_("The request has not been submitted"), link)
        return
    words = {
        AskState.WAITING: _("%(department)s has not replied yet"),
        AskState.CONDITIONAL: _("%(department)s accepts with a condition that is not answered yet"),
        AskState.COUNTERED: _("%(department)s proposes another date that is not answered yet"),
        AskState.CLARIFY: _("%(department)s asks for clarification"),
        AskState.DECLINED: _("%(department)s has declined"),
    }
    for ask in unaccepted_asks(project):
        text = words[AskState(ask.state)] % {"department": ask.department.name}
        yield Missing(text, reverse("alignment:ask", args=[ask.pk]))


def overdue_replies(project_ids: Sequence[int]) -> dict[int, str]:
    """Projects in which a department's reply is overdue, with the departments; one query for all."""
    late: dict[int, list[str]] = {}
    asks = Ask.objects.filter(
        collab__project__in=project_ids,
        collab__state=CollabState.SUBMITTED,
        state=AskState.WAITING,
        reply_due_at__lt=clock.now(),
    )
    for project_id, name in asks.values_list("collab__project_id", "department__name"):
        late.setdefault(project_id, []).append(name)
    return {
        pk: _("reply overdue: %(departments)s") % {"departments": _(", ").join(names)} for pk, names in late.items()
    }


def request_complete(project: Project) -> Iterator[Missing]:
    """The form is filled in: an incident is sent with less and completed afterwards; amending may empty a place."""
    collab = collab_of(project)
    if collab is None or collab.state == CollabState.DRAFT:
        return
    collab.project = project
    lacking = missing_for_submission(collab, in_full=True)
    if lacking:
        text = ngettext(
            "%(count)d place of the request is still to be filled in",
            "%(count)d places of the request are still to be filled in",
            len(lacking),
        )
        yield Missing(text % {"count": len(lacking)}, reverse("alignment:collab_amend", args=[project.pk]))


def link_to_collab(project: Project) -> str:
    """Where the request is."""
    has_one = CollabRequest.objects.filter(project=project).exists()
    return reverse("alignment:collab", args=[project.pk]) if has_one else project.get_absolute_url()
