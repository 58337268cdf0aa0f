"""What every page of a project begins with: the project as far as the reader may see it, and its things through it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, StaleWrite
from tongzhou.core.pages import actor_of

from .. import policies, queries
from ..forms import ReasonForm
from ..models import Commitment, Objective, Project


def project_for(request: HttpRequest, pk: int) -> Project:
    """The project; the page listens to what changes in it."""
    rows = queries.projects_for(actor_of(request)).select_related("scenario", "initiator", "lead", "sponsor")
    project = reach(rows, pk)
    request.live_topics = (f"project-{project.pk}",)  # type: ignore[attr-defined]
    return project


def objective_in(request: HttpRequest, project: Project, pk: int) -> Objective:
    """An objective of this very project."""
    return reach(queries.objectives_for(actor_of(request)).filter(project=project), pk)


def commitment_in(request: HttpRequest, project: Project, pk: int) -> Commitment:
    """A commitment of this very project."""
    return reach(queries.commitments_for(actor_of(request)).filter(project=project), pk)


def reason_in(request: HttpRequest) -> str:
    """The reason that was sent; what is no text (or too long) is refused in words."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return str(form.cleaned_data["reason"])


def shared(request: HttpRequest, project: Project, place: str) -> dict[str, Any]:
    """Context of every page of a project: head, tabs, what the reader may do."""
    actor = actor_of(request)
    return {
        "project": project,
        "tabs": queries.project_tabs(project, place),
        "may_run": policies.can_run(actor, project),
        "may_edit_objectives": policies.can_edit_objectives(actor, project),
        "may_edit_commitments": policies.can_edit_commitments(actor, project),
        "may_stop": policies.can_stop(actor, project),
    }


def in_words(clash: StaleWrite, names: dict[str, dict[Any, str]]) -> StaleWrite:
    """The clash with keys as names of form fields, and rows by their names: ``owner_id`` 7 becomes ``owner`` 王磊."""

    def told(side: dict[str, Any]) -> dict[str, Any]:
        return {
            key.removesuffix("_id"): names[key].get(value, "") if key in names else value for key, value in side.items()
        }

    return StaleWrite(clash.current, told(clash.mine), told(clash.theirs), clash.version)
