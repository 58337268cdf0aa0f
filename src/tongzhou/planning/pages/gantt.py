"""甘特图: the plan along the calendar; a drag shows what would move before it is done."""

from __future__ import annotations

from typing import Any

import orjson
from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.core.errors import Conflict, InvalidInput, require
from tongzhou.core.events import plain
from tongzhou.core.pages import Who, actor_of, answer, page
from tongzhou.projects.pages.reaching import project_for

from .. import policies, queries, services
from ..forms import DragForm, LinkForm
from ..models import Task
from ..states import DateConstraint, LinkKind
from .reaching import planned, task_in

NAMED_MOVES = 8
# The chart places its bars by style attributes and brings its signs along (docs/decisions/0007). Scripts and style
# elements stay forbidden, on this page too.
DRAWN_BY_ATTRIBUTES = {"style-src-attr": [UNSAFE_INLINE], "font-src": [SELF, "data:"]}


@csp_update(DRAWN_BY_ATTRIBUTES)  # type: ignore[untyped-decorator]
@page(Who.PERSON)
def gantt(request: HttpRequest, pk: int) -> HttpResponse:
    """The frame of the chart; what it draws it fetches."""
    project, context = planned(request, pk, "gantt")
    context |= {
        "counts": queries.plan_counts(project),
        "words": words(),
        "addresses": {
            "data": reverse("planning:gantt_data", args=[pk]),
            "preview": reverse("planning:gantt_preview", args=[pk]),
            "drag": reverse("planning:gantt_drag", args=[pk]),
            "link": reverse("planning:gantt_link", args=[pk]),
            "unlink": reverse("planning:gantt_unlink", args=[pk]),
            "undo": reverse("planning:undo", args=[pk]),
            "task": reverse("planning:task", args=[pk, 0]),
        },
        "last_step": context["plan"].steps.first() if context["plan"] and context["may_plan"] else None,
    }
    return answer(request, "planning/gantt.html", context)


@page(Who.PERSON)
def data(request: HttpRequest, pk: int) -> HttpResponse:
    """Every bar and link, as compact JSON."""
    project = project_for(request, pk)
    plan = queries.plan_of(project)
    rows = queries.gantt_rows(project) | {
        "plan_version": plan.version if plan else 0,
        "promises": queries.promise_marks(project),
    }
    return _json(rows)


@page(Who.PERSON, "POST")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What would move if a bar were dropped here."""
    project = project_for(request, pk)
    require(policies.can_plan(actor_of(request), project))
    task, values = _dragged(request, pk)
    told = queries.preview(project, task.pk, services.checked_values(task, values))
    return _json(
        {
            "count": len(told.moves),
            "moves": [
                {"title": move.title, "from": move.before[0], "to": move.after[0], "days": move.working_days}
                for move in told.moves[:NAMED_MOVES]
            ],
            "finish_before": told.finish_before,
            "finish_after": told.finish_after,
            "broken": told.broken[:NAMED_MOVES],
        }
    )


@page(Who.PERSON, "POST")
def drag(request: HttpRequest, pk: int) -> HttpResponse:
    """A bar was dropped: a start becomes «no earlier than», a length becomes the duration."""
    task, values = _dragged(request, pk)
    version = DragForm(request.POST)
    version.is_valid()
    services.change_task(task.pk, version.cleaned_data.get("version"), values, by=actor_of(request))
    return _step(request, pk)


@page(Who.PERSON, "POST")
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link was drawn by hand."""
    project = project_for(request, pk)
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    facts = form.cleaned_data
    before, after = task_in(request, project, facts["predecessor"]), task_in(request, project, facts["successor"])
    kind = facts["kind"] or LinkKind.FINISH_START
    services.link_tasks(before.pk, after.pk, kind=kind, lag=facts["lag"] or 0, by=actor_of(request))
    return _step(request, pk)


@page(Who.PERSON, "POST")
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """A link was taken away in the chart."""
    project = project_for(request, pk)
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    facts = form.cleaned_data
    found = queries.links_of(project).filter(predecessor=facts["predecessor"], successor=facts["successor"]).first()
    if found is None:
        raise Conflict(_("This dependency is not there any more"))
    services.unlink_tasks(found.pk, by=actor_of(request))
    return _step(request, pk)


def _dragged(request: HttpRequest, pk: int) -> tuple[Task, dict[str, Any]]:
    project = project_for(request, pk)
    form = DragForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    task = task_in(request, project, form.cleaned_data["task"])
    if task.is_summary:
        raise InvalidInput({"task": _("A summary follows the tasks below it")})
    values: dict[str, Any] = {}
    if form.cleaned_data["start"]:
        values |= {"constraint": DateConstraint.START_NOT_BEFORE, "constraint_on": form.cleaned_data["start"]}
    if form.cleaned_data["finish"]:
        begins = form.cleaned_data["start"] or task.start
        values["duration"] = services.days_between(begins, form.cleaned_data["finish"])
    if not values:
        raise InvalidInput({"start": _("Give a date")})
    return task, values


def _step(request: HttpRequest, pk: int) -> HttpResponse:
    """The last step, which the chart offers to take back."""
    plan = queries.plan_of(project_for(request, pk))
    last = plan.steps.first() if plan else None
    return _json({"step": last.number if last else 0, "label": last.label if last else ""})


def _json(value: dict[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps(value, default=plain), content_type="application/json")


def words() -> dict[str, str]:
    """What the chart says."""
    return {
        "task": _("Task"),
        "owner": _("Owner"),
        "days": _("Working days"),
        "start": _("Planned start"),
        "finish": _("Planned finish"),
        "float": _("Total float"),
        "department": _("Department"),
        "critical": _("On the critical path"),
        "moves": _("{count} tasks move. The plan ends {after} instead of {before}."),
        "moves_same_end": _("{count} tasks move. The end of the plan stays {after}."),
        "no_move": _("Nothing moves."),
        "broken": _("Cannot hold their date any more: {names}"),
        "do_it": _("Move it"),
        "move_title": _("Move “{title}”?"),
        "unlink": _("Take the dependency “{before}” → “{after}” away?"),
        "unlink_title": _("Take the dependency away?"),
        "remove": _("Remove"),
        "month": _("{year}-{month}"),
        "failed": _("That did not work"),
        "moved": _("Moved"),
        "linked": _("Linked"),
        "unlinked": _("The dependency is taken away."),
        "empty": _("No task yet"),
    }
