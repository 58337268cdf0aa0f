"""What a request still lacks before it can be sent to the departments."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.projects.models import ScenarioKind

from ..models import CollabRequest
from ..states import AskState
from .collabs import speakers_of

# Fields of form 1 with a star, beside project name, department and requester, which are always there.
REQUIRED = ("request_date", "urgency", "background", "deliverables", "starts_on", "ends_on", "dept_head_opinion")
# The fast track asks for less at once; gate 1 says what is still to be completed.
REQUIRED_OF_INCIDENT = ("request_date", "urgency", "background")


def missing_for_submission(collab: CollabRequest, *, in_full: bool = False) -> dict[str, str]:
    """What form 1 still asks for before it can be sent: place (``asks.0.due`` is a row by its number) → what to do.

    An incident is sent with less; ``in_full`` asks what it still lacks as a whole form.
    """
    project = collab.project
    incident = project.scenario.kind == ScenarioKind.INCIDENT and not in_full
    problems: dict[str, str] = {}
    for name in REQUIRED_OF_INCIDENT if incident else REQUIRED:
        value = getattr(project if name in {"starts_on", "ends_on"} else collab, name)
        if not str(value or "").strip():
            problems[name] = _("Please fill this in")
    if not incident:
        problems |= _missing_goals(collab)
    problems |= _missing_asks(collab)
    if project.starts_on and project.ends_on and project.ends_on < project.starts_on:
        problems["ends_on"] = _("The end lies before the start")
    return problems


def _missing_goals(collab: CollabRequest) -> dict[str, str]:
    problems: dict[str, str] = {}
    project = collab.project
    objectives = list(project.objectives.all())
    if not objectives:
        problems["objectives"] = _("Give at least one objective")
    for number, objective in enumerate(objectives):
        if objective.due is None:
            problems[f"objectives.{number}.due"] = _("Say by when it is to be reached")
        if not objective.metric and objective.target is None:
            problems[f"objectives.{number}.metric"] = _("Say what is measured")
    milestones = list(collab.milestones.all())
    if not milestones:
        problems["milestones"] = _("Give at least one milestone")
    for number, milestone in enumerate(milestones):
        if milestone.date is None:
            problems[f"milestones.{number}.date"] = _("Give the date")
        elif project.ends_on and milestone.date > project.ends_on:
            problems[f"milestones.{number}.date"] = _("This lies after the end of the project")
    return problems


def _missing_asks(collab: CollabRequest) -> dict[str, str]:
    problems: dict[str, str] = {}
    asks = list(collab.asks.exclude(state=AskState.WITHDRAWN).select_related("department"))
    if not asks:
        problems["asks"] = _("Ask at least one department other than your own")
    speakers = speakers_of([ask.department_id for ask in asks])
    for number, ask in enumerate(asks):
        if not ask.request_item.strip():
            problems[f"asks.{number}.request_item"] = _("Write what is asked of the department")
        if ask.due is None:
            problems[f"asks.{number}.due"] = _("Say by when")
        elif ask.due < collab.request_date:
            problems[f"asks.{number}.due"] = _("This lies before the date of the request")
        elif collab.project.ends_on and ask.due > collab.project.ends_on:
            problems[f"asks.{number}.due"] = _("This lies after the end of the project")
        if not ask.department.is_active:
            problems[f"asks.{number}.department_id"] = _("This department is closed")
        elif not speakers[ask.department_id].ids:
            problems[f"asks.{number}.department_id"] = _("This department has no head at present; nobody could answer")
    return problems
