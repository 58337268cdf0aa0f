"""跨部门项目进度看板: where a project lives for months; kanban, table, calendar and Gantt over one filter."""

from __future__ import annotations

from typing import Any

import orjson
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongzhou.core import clock
from tongzhou.core.access import reach
from tongzhou.core.errors import InvalidInput, NotFound
from tongzhou.core.events import plain
from tongzhou.core.pages import Who, actor_of, is_htmx, page, paged
from tongzhou.people.models import Person
from tongzhou.planning import policies as planning_policies
from tongzhou.planning import queries as planning
from tongzhou.planning.models import Task
from tongzhou.planning.pages.gantt import DRAWN_BY_ATTRIBUTES
from tongzhou.planning.pages.gantt import words as gantt_words
from tongzhou.planning.pages.reaching import task_in
from tongzhou.planning.pages.work import work_of
from tongzhou.planning.work_states import UNFINISHED, TaskStatus
from tongzhou.projects.models import Project
from tongzhou.projects.pages.reaching import project_for
from tongzhou.projects.policies import can_run

from .. import queries, services
from ..board_filters import LATE, NO_RISK, BoardFilter, BoardLook, Group, Look
from ..forms import BoardViewForm
from ..models import BoardView, TaskDelay
from ..states import RiskLevel
from .reaching import executed

FIRST_PAINT = 50
_ICONS = {Look.KANBAN: "layout-kanban", Look.TABLE: "table", Look.CALENDAR: "calendar", Look.GANTT: "timeline"}


@csp_update(DRAWN_BY_ATTRIBUTES)  # type: ignore[untyped-decorator]
@page(Who.PERSON)
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """The frame with its filters and a plain list; what it draws it fetches."""
    project, context = executed(request, pk, "board")
    actor = actor_of(request)
    seen = BoardLook.read(request.GET)
    tasks = queries.board_tasks(project, seen.wanted, actor).select_related("department", "owner")
    context |= {
        "seen": seen,
        "me": actor.person_id,
        "looks": _looks(project, seen),
        "groups": Group.choices,
        "statuses": [*TaskStatus.choices, (LATE, pgettext("task", "late"))],
        "risks": [*RiskLevel.choices, (NO_RISK, _("not stated"))],
        "choices": queries.board_choices(project),
        "views": queries.board_views_for(actor, project),
        "bulk_acts": _bulk_acts(may_run=context["may_run"]),
        "risk_levels": RiskLevel.choices,
        "words": _words(),
        "facts": _facts(project, seen, context),
    }
    if seen.look == Look.GANTT:
        context |= {"gantt_words": gantt_words(), "gantt_addresses": _gantt_addresses(project, seen)}
    else:
        context["shown"] = paged(request, tasks, FIRST_PAINT)
    return render(request, "execution/board.html", context)


@page(Who.PERSON)
def data(request: HttpRequest, pk: int) -> HttpResponse:
    """The tasks of the board as compact JSON; with ``since`` only what has changed after that event."""
    project = project_for(request, pk)
    wanted, since = BoardFilter.read(request.GET), request.GET.get("since", "")
    if since.isascii() and since.isdecimal() and len(since) < 19:
        return _json(queries.board_changes(project, wanted, actor_of(request), int(since)))
    return _json(queries.board_data(project, wanted, actor_of(request)))


@page(Who.PERSON)
def gantt_data(request: HttpRequest, pk: int) -> HttpResponse:
    """The filtered tasks below their summaries, as the chart draws them."""
    project = project_for(request, pk)
    rows = queries.board_gantt(project, BoardFilter.read(request.GET), actor_of(request))
    return _json(rows | {"promises": planning.promise_marks(project)})


@page(Who.PERSON)
def sheet(request: HttpRequest, pk: int, task_id: int) -> HttpResponse:
    """One task opened on the board: how it stands, and what this person may do to it, done in place."""
    project = project_for(request, pk)
    task = task_in(request, project, task_id)
    if task.is_summary:
        raise NotFound
    if not is_htmx(request):
        return redirect("planning:task", pk=pk, task_id=task.pk)
    actor = actor_of(request)
    task = Task.objects.select_related("project__scenario", "department", "owner", "objective").get(pk=task.pk)
    context = work_of(actor, task)
    runs = can_run(actor, project)
    may_edit = planning_policies.can_edit_task(actor, task)
    api = reverse("api:api-root")
    context |= {
        "project": project,
        "task": task,
        "delay": TaskDelay.objects.filter(task=task).select_related("by").first(),
        "days_late": queries.days_past(task),
        "is_unfinished": task.status in UNFINISHED,
        "risks": RiskLevel.choices,
        "may_progress": context["may_report_done"],
        "may_state": context["work_is_open"] and services.may_state(actor, project, task),
        "may_edit": may_edit,
        "plan_is_fixed": not planning_policies.plan_is_open(project) and (runs or context["is_reporter"]),
        "owners": _owners(task) if may_edit else [],
        "task_api": f"{api}projects/{pk}/plan/tasks/{task.pk}",
        "report_api": f"{api}projects/{pk}/plan/reports/",
        "board_api": f"{api}projects/{pk}/board/tasks/{task.pk}",
        "today": clock.today(),
    }
    return render(request, "execution/board_sheet.html", context)


@page(Who.PERSON, "POST")
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The present view is kept under a name."""
    project = project_for(request, pk)
    form = BoardViewForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    facts = form.cleaned_data
    view = services.keep_view(project.pk, facts["name"], facts["query"], shared=facts["shared"], by=actor_of(request))
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return redirect(f"{reverse('execution:board', args=[pk])}?{view.query}")


@page(Who.PERSON, "POST")
def drop(request: HttpRequest, pk: int, view_id: int) -> HttpResponse:
    """A kept view is removed."""
    project = project_for(request, pk)
    view: BoardView = reach(queries.board_views_for(actor_of(request), project), view_id)
    services.drop_view(view.pk, by=actor_of(request))
    messages.success(request, _("The view is removed."))
    query = BoardLook.read(QueryDict(request.POST.get("query", "")[:4000])).query
    return redirect(f"{reverse('execution:board', args=[pk])}?{query}")


def _looks(project: Project, seen: BoardLook) -> list[dict[str, Any]]:
    address = reverse("execution:board", args=[project.pk])
    return [
        {
            "value": look.value,
            "label": look.label,
            "icon": _ICONS[look],
            "url": f"{address}?{seen.seen_as(look)}",
            "current": look == seen.look,
        }
        for look in Look
    ]


def _owners(task: Task) -> list[tuple[int, str]]:
    """Who could own the task: the persons of its department, and the owner as it is."""
    rows = Person.objects.filter(is_active=True, memberships__department=task.department_id)
    found = dict(rows.order_by("name", "pk").values_list("pk", "name")[:300]) if task.department_id else {}
    if task.owner is not None:
        found.setdefault(task.owner.pk, task.owner.name)
    return list(found.items())


def _facts(project: Project, seen: BoardLook, context: dict[str, Any]) -> dict[str, Any]:
    """What the island has to know beside its words."""
    return {
        "data": reverse("execution:board_data", args=[project.pk]),
        "sheet": reverse("execution:board_sheet", args=[project.pk, 0]),
        "task": reverse("planning:task", args=[project.pk, 0]),
        "api": f"{reverse('api:api-root')}projects/{project.pk}",
        "topic": f"project-{project.pk}",
        "look": seen.look,
        "group": seen.group,
        "open": context["work_is_reported"],
        "runs": context["may_run"],
        "statuses": [[value, str(label)] for value, label in TaskStatus.choices],
        "risks": [[value, str(label)] for value, label in RiskLevel.choices],
    }


def _gantt_addresses(project: Project, seen: BoardLook) -> dict[str, str]:
    query = BoardLook(wanted=seen.wanted).query
    return {
        "data": f"{reverse('execution:board_gantt_data', args=[project.pk])}?{query}",
        "task": reverse("planning:task", args=[project.pk, 0]),
    }


def _bulk_acts(*, may_run: bool) -> list[tuple[str, str]]:
    acts = [
        (services.Bulk.START, pgettext("act on several tasks", "Begin")),
        (services.Bulk.PROGRESS, pgettext("act on several tasks", "Set percent")),
        (services.Bulk.RISK, pgettext("act on several tasks", "State the risk")),
        (services.Bulk.BLOCK, pgettext("act on several tasks", "Report as blocked")),
        (services.Bulk.UNBLOCK, pgettext("act on several tasks", "Goes on again")),
    ]
    if may_run:
        acts += [
            (services.Bulk.CANCEL, pgettext("act on several tasks", "Waive")),
            (services.Bulk.REOPEN, pgettext("act on several tasks", "Open again")),
        ]
    return [(value.value, label) for value, label in acts]


def _json(value: dict[str, Any]) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(value, default=plain, option=orjson.OPT_NON_STR_KEYS), content_type="application/json"
    )


def _words() -> dict[str, str]:
    """What the island says."""
    return {
        "none": pgettext("board", "none"),
        "more": _("Show {count} more"),
        "count": _("Tasks: {count}"),
        "empty_column": _("No task here"),
        "empty": _("No task fits these filters."),
        "days_late": _("{count} d late"),
        "days_late_long": _("{count} working days late"),
        "due": pgettext("board", "due {day}"),
        "finished": _("finished {day}"),
        "today": _("due today"),
        "tomorrow": _("due tomorrow"),
        "no_date": _("no date"),
        "no_reason": _("Give the reason"),
        "computed": _("Computed: {level}"),
        "computed_title": _("By the facts the risk is {level}: {why}"),
        "waits_for_you": _("Waits for your decision"),
        "select": _("Select “{title}”"),
        "selected": _("{count} selected"),
        "failed": _("That did not work"),
        "not_back": _("Work that has begun does not go back to “not started”."),
        "not_yours": _("Only who is responsible (R) for the task moves it, and who approves it (A) what is reported."),
        "not_open": _("Work is reported once the project is executed."),
        "not_from_here": _("From this state it cannot go there."),
        "moved": _("“{title}” is now: {status}"),
        "changed_by_others": _("Others have changed: {titles}"),
        "number": _("No."),
        "task": _("Task"),
        "department": _("Department"),
        "owner": _("Owner"),
        "status": _("Status"),
        "percent": _("Percent done"),
        "start": _("Planned start"),
        "finish": _("Planned finish"),
        "risk": _("Risk"),
        "reason": _("Reason"),
        "choose_risk": _("choose"),
        "month": _("{year}-{month}"),
        "before": _("Previous month"),
        "after": _("Next month"),
        "this_month": _("This month"),
        "weekdays": _("Mo Tu We Th Fr Sa Su"),
        "day_off": _("not a working day"),
        "bulk_done": _("Done for {count} tasks."),
        "milestone": _("Milestone"),
        "keys": _("Arrows choose, Enter opens, Space selects, Shift with an arrow moves to the next column."),
    }
