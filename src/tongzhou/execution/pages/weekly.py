"""周进展表: the week of a project, a department's report, the weekly meeting made from them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.core import clock
from tongzhou.core.errors import InvalidInput, NotFound, StaleWrite, require
from tongzhou.core.pages import Who, actor_of, add_errors, answer, as_download, page
from tongzhou.core.time_words import calendar_day
from tongzhou.documents.render import CONTENT_TYPES
from tongzhou.planning.queries.raci_paper import FORMATS
from tongzhou.projects.models import Project

from .. import policies, queries, services
from ..forms import ReportForm
from ..models import WeeklyReport
from ..queries.rhythm import Week
from ..queries.weekly_paper import report_file, report_html
from ..states import WeeklyState
from .reaching import day_in, department_in, executed, spoken_in


@page(Who.PERSON)
def weekly(request: HttpRequest, pk: int) -> HttpResponse:
    """The week that runs now."""
    project, context = executed(request, pk, "weekly")
    return _week_page(request, project, context, queries.week_of(queries.weekly_rules(project.pk), clock.today()))


@page(Who.PERSON)
def week(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """A week: every department's report, what is missing, what the meeting will talk about."""
    project, context = executed(request, pk, "weekly")
    return _week_page(request, project, context, _week_in(project, day))


def _week_page(request: HttpRequest, project: Project, context: dict[str, Any], week: Week) -> HttpResponse:
    actor = actor_of(request)
    cards = queries.week_cards(project, week)
    danger = queries.danger_in(project, clock.today())
    meeting = queries.weekly_meeting(project, week)
    weeks = queries.weeks_with_reports(project)
    context |= {
        "week": week,
        "week_words": week_words(week),
        "cards": cards,
        "mine": spoken_in(actor, project, [card.voice for card in cards]),
        "handed_in": sum(card.is_in for card in cards),
        "points": queries.agenda_points(project, cards, danger),
        "meeting": meeting,
        "weeks": [day for day in weeks if day != week.ends_on][:12],
        "may_call": policies.can_call_weekly(actor, project)
        and (meeting is None or meeting.state in {"planned", "running"}),
        "is_over": clock.now() > week.due_at,
    }
    return answer(request, "execution/week.html", context, partial="week")


@page(Who.PERSON, "GET", "POST")
def report(request: HttpRequest, pk: int, day: str, department_id: int) -> HttpResponse:
    """A department's report: written by those who speak for it, read by all when it is handed in."""
    project, context = executed(request, pk, "weekly")
    department, contact_id = department_in(project, department_id)
    actor = actor_of(request)
    may_write = policies.can_report(actor, project, department.pk, contact_id)
    week = _week_in(project, day)
    found = _found(project, week, department.pk)
    if request.method == "POST":
        require(may_write)
        found = found or services.begin_report(project.pk, department.pk, week.ends_on, by=actor)
        return _posted(request, context, found, week)
    if found is None and may_write:
        # The draft is not a row before somebody writes in it: looking changes nothing.
        found = WeeklyReport(
            project=project,
            department=department,
            starts_on=week.starts_on,
            ends_on=week.ends_on,
            version=0,
            **queries.weekly_draft(project, department.pk, week),
        )
    if found is None or (found.state == WeeklyState.DRAFT and not may_write):
        raise NotFound
    form = ReportForm(instance=found, initial={"version": found.version or None})
    return _report_page(request, context, found, week, form, may_write=may_write)


@page(Who.PERSON, "POST")
def autosave(request: HttpRequest, pk: int, day: str, department_id: int) -> HttpResponse:
    """Saves the draft while somebody writes; the answer keeps the form's version up to date."""
    project, _context = executed(request, pk, "weekly")
    department, contact_id = department_in(project, department_id)
    actor = actor_of(request)
    require(policies.can_report(actor, project, department.pk, contact_id))
    week = _week_in(project, day)
    found = _found(project, week, department.pk)
    form = ReportForm(request.POST, instance=found)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    version = form.cleaned_data["version"]
    if found is None:
        found = services.begin_report(project.pk, department.pk, week.ends_on, by=actor)
        version = found.version
    saved = services.save_report(found.pk, version or 0, form.values, by=actor)
    return JsonResponse({"version": saved.version, "saved_at": f"{clock.local_now():%H:%M}"})


@page(Who.PERSON, "POST")
def take_back(request: HttpRequest, pk: int, day: str, department_id: int) -> HttpResponse:
    """Before the meeting the department writes it again."""
    found = _reached(request, pk, day, department_id)
    services.take_report_back(found.pk, by=actor_of(request))
    messages.success(request, _("Taken back. Hand it in again before the meeting."))
    return redirect(found)


@page(Who.PERSON, "POST")
def meeting(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Calls the weekly meeting with what the reports bring, or brings it into the meeting that is called."""
    project, _context = executed(request, pk, "weekly")
    week = _week_in(project, day)
    made = services.call_weekly_meeting(project.pk, week.ends_on, by=actor_of(request))
    messages.success(request, _("The agenda is made from the reports and open points."))
    return redirect(made)


@page(Who.PERSON)
def file(request: HttpRequest, pk: int, day: str, department_id: int, fmt: str) -> HttpResponse:
    """The report as Word, Excel or PDF."""
    found = _reached(request, pk, day, department_id)
    if fmt not in FORMATS:
        raise NotFound
    name, data = report_file(found, fmt)
    return as_download(data, name, CONTENT_TYPES[fmt])  # type: ignore[index]


@page(Who.PERSON)
def paper(request: HttpRequest, pk: int, day: str, department_id: int) -> HttpResponse:
    """The report as it comes out on paper."""
    found = _reached(request, pk, day, department_id)
    _project, context = executed(request, pk, "weekly")
    context |= {"report": found, "paper_html": report_html(found)}
    return render(request, "execution/report_paper.html", context)


def _posted(request: HttpRequest, context: dict[str, Any], found: WeeklyReport, week: Week) -> HttpResponse:
    actor = actor_of(request)
    form = ReportForm(request.POST, instance=found)
    status = 422
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            if request.POST.get("act") == "submit":
                services.submit_report(found.pk, version or found.version, form.values, by=actor)
                messages.success(request, _("Handed in."))
            else:
                services.save_report(found.pk, version or found.version, form.values, by=actor)
                messages.success(request, _("Saved."))
        except InvalidInput as refusal:
            add_errors(form, refusal)
        except StaleWrite as clash:
            status = 409
            context["failure"] = clash
            form.data = {**request.POST.dict(), "version": str(clash.version)}
        else:
            return redirect("execution:weekly_report", found.project_id, found.ends_on.isoformat(), found.department_id)
    return _report_page(request, context, found, week, form, may_write=True, status=status)


def _report_page(
    request: HttpRequest,
    context: dict[str, Any],
    found: WeeklyReport,
    week: Week,
    form: ReportForm,
    *,
    may_write: bool,
    status: int = 200,
) -> HttpResponse:
    is_draft = found.state == WeeklyState.DRAFT
    context |= {
        "report": found,
        "week": week,
        "week_words": week_words(week),
        "form": form,
        "may_write": may_write and is_draft,
        "may_take_back": may_write and found.state == WeeklyState.SUBMITTED,
        "parts": [
            (form[name].label, getattr(found, name))
            for name in ("milestones", "done", "not_done", "next_week", "issues", "support_needed")
        ],
    }
    return render(request, "execution/report.html", context, status=status)


def week_words(week: Week) -> str:
    """From its first day to the day of its meeting: 5月11日 – 5月15日."""
    now = clock.local_now()
    return f"{calendar_day(week.starts_on, now)} – {calendar_day(week.ends_on, now)}"


def _week_in(project: Project, text: str) -> Week:
    """A week of this project: one of its rhythm, or one of which there are reports."""
    day = day_in(text)
    week = queries.week_of(queries.weekly_rules(project.pk), day)
    if week.ends_on == day:
        return week
    known = WeeklyReport.objects.filter(project=project, ends_on=day).first()
    if known is None:
        raise NotFound
    return queries.week_gone(known.starts_on, day)


def _found(project: Project, week: Week, department_id: int) -> WeeklyReport | None:
    rows = WeeklyReport.objects.filter(project=project, ends_on=week.ends_on, department=department_id)
    return rows.select_related("project", "department", "reporter", "submitted_by").first()


def _reached(request: HttpRequest, pk: int, day: str, department_id: int) -> WeeklyReport:
    """A report of this very project that the reader may read: their own draft, or one that is handed in."""
    project, _context = executed(request, pk, "weekly")
    department, contact_id = department_in(project, department_id)
    found = _found(project, _week_in(project, day), department.pk)
    if found is None:
        raise NotFound
    if found.state == WeeklyState.DRAFT and not policies.speaks_for(actor_of(request), department.pk, contact_id):
        raise NotFound
    return found
